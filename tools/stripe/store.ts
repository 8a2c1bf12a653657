/**
 * The stand-in's memory: objects in a Map, and a journal of one JSON line a request. A line is written before the
 * request is answered, whole or (after a crash) not at all, so what was answered is there after kill -9.
 */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type Stripe from 'stripe'
import { missing } from './errors'
import type { EventType } from './event-types'
import type { CardName } from './cards'
import { newId } from './ids'

export interface Kinds {
  customer: Stripe.Customer
  payment_method: Stripe.PaymentMethod
  payment_intent: Stripe.PaymentIntent
  setup_intent: Stripe.SetupIntent
  charge: Stripe.Charge
  event: Stripe.Event
}
export type Kind = keyof Kinds
export type Thing = Kinds[Kind]

/** What Stripe knows of an object and does not tell. */
export interface Hidden {
  card?: CardName
  /** The bank has agreed to off-session charges of this card. */
  setUp?: boolean
  /** Used without a customer, or detached: it may not be used again. */
  spent?: boolean
  /** Deleted customers are known by their id only. */
  deleted?: boolean
  /** Where the browser goes after a 3-D Secure page of its own. */
  returnUrl?: string
}

export interface Delivery {
  id: string
  event: string
  attempts: number
  /** Milliseconds since 1970; nothing once it was delivered or given up. */
  nextAt: number | null
  state: 'pending' | 'delivered' | 'failed'
  lastStatus?: number | string
}

/** A finished request, as a repetition with the same key gets it. */
export interface Finished {
  key: string
  fingerprint: string
  status: number
  body: unknown
  at: number
}

interface Row {
  object: Thing
  hidden: Hidden
}

interface Line {
  rows?: Row[]
  deliveries?: Delivery[]
  finished?: Finished
}

/** Stripe forgets keys after 24 hours at the earliest. */
const keyLifetime = 24 * 60 * 60 * 1000

export class Store {
  readonly rows = new Map<string, Row>()
  readonly deliveries = new Map<string, Delivery>()
  /** Of the deliveries, those that are still to be made. */
  readonly pending = new Map<string, Delivery>()
  readonly finished = new Map<string, Finished>()
  private readonly journal: number

  constructor(dataDir: string) {
    const folder = join(dataDir, 'stripe')
    mkdirSync(folder, { recursive: true })
    const file = join(folder, 'journal.jsonl')
    if (existsSync(file)) for (const line of wholeLines(file)) this.take(line)
    // Written anew at every start: without what was overwritten since, and without half a line at the end.
    for (const { id, state } of this.deliveries.values()) if (state === 'delivered') this.deliveries.delete(id)
    const draft = `${file}.${process.pid}`
    this.journal = openSync(draft, 'w', 0o600)
    this.write({ rows: [...this.rows.values()], deliveries: [...this.deliveries.values()] })
    for (const finished of this.finished.values()) this.write({ finished })
    renameSync(draft, file)
  }

  commit(line: Line): void {
    this.write(line)
    this.take(line)
  }

  list<K extends Kind>(kind: K): Kinds[K][] {
    const found: Kinds[K][] = []
    for (const { object, hidden } of this.rows.values()) {
      if (object.object === kind && !hidden.deleted) found.push(object as Kinds[K])
    }
    return found.reverse()
  }

  close(): void {
    closeSync(this.journal)
  }

  private write(line: Line): void {
    writeSync(this.journal, `${JSON.stringify(line)}\n`)
  }

  private take({ rows = [], deliveries = [], finished }: Line): void {
    for (const row of rows) this.rows.set(row.object.id, row)
    for (const delivery of deliveries) {
      this.deliveries.set(delivery.id, delivery)
      if (delivery.state === 'pending') this.pending.set(delivery.id, delivery)
      else this.pending.delete(delivery.id)
    }
    if (finished && finished.at > Date.now() - keyLifetime) this.finished.set(finished.key, finished)
  }
}

const wholeLines = (file: string): Line[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line)

/** What one request reads and changes; nothing is changed for others before it is committed. */
export class Work {
  private readonly changed = new Map<string, Row>()
  private readonly told: Stripe.Event[] = []

  constructor(
    private readonly store: Store,
    private readonly context: { apiVersion: string; requestId: string; idempotencyKey: string | null },
  ) {}

  find<K extends Kind>(kind: K, id: string): Kinds[K] | undefined {
    const object = this.row(id)?.object
    return object?.object === kind ? (object as Kinds[K]) : undefined
  }

  /** @param param the parameter that named it; a 404 when it is the address itself */
  need<K extends Kind>(kind: K, id: string, param?: string): Kinds[K] {
    const found = this.find(kind, id)
    if (!found || this.hidden(id).deleted) throw missing(kind, id, param, param ? 400 : 404)
    return found
  }

  hidden(id: string): Hidden {
    return this.row(id)?.hidden ?? {}
  }

  put<T extends Thing>(object: T, hidden: Hidden = {}): T {
    this.changed.set(object.id, { object, hidden: { ...this.hidden(object.id), ...hidden } })
    return object
  }

  list<K extends Kind>(kind: K): Kinds[K][] {
    return this.store.list(kind)
  }

  /** @param before what of the object was otherwise, where Stripe says so */
  emit(type: EventType, object: Thing, before?: Record<string, unknown>): void {
    const event = {
      id: newId('evt'),
      object: 'event',
      api_version: this.context.apiVersion,
      created: now(),
      data: { object, ...(before && { previous_attributes: before }) },
      livemode: false,
      pending_webhooks: 1,
      request: { id: this.context.requestId, idempotency_key: this.context.idempotencyKey },
      type,
    } as Stripe.Event
    this.told.push(event)
    this.put(event)
  }

  events(): readonly Stripe.Event[] {
    return this.told
  }

  changes(): Row[] {
    return [...this.changed.values()]
  }

  private row(id: string): Row | undefined {
    return this.changed.get(id) ?? this.store.rows.get(id)
  }
}

/** As Stripe counts: whole seconds. */
export const now = (): number => Math.floor(Date.now() / 1000)
