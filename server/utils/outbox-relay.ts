import type pg from 'pg'
import { z } from 'zod'
import type { Database } from './db'
import { logger } from './logger'

export interface DomainEvent {
  tenantId: string
  id: string
  eventType: string
  payload: Record<string, unknown>
}
/** Gets an event at least once, so it must be idempotent. */
export type Subscriber = (event: DomainEvent) => Promise<void>
/** Hears every event on every replica, at most once: for open browsers. */
export type Listener = (event: DomainEvent) => void

const channel = 'domain_events'
const batchSize = 200
/** Without a commit of our own to wake us (another replica's), the outbox is looked at this often. */
const pollMs = 1000
/** One replica delivers; the others stand by for this lock (session-level, so it goes with its connection). */
const leaderLock = 4_207_001
/** PostgreSQL refuses a NOTIFY of 8000 bytes. */
const mostNotifyBytes = 7999
/** An event whose subscriber failed waits a second, then twice as long each time. */
const mostWaitMs = 5 * 60_000
const keptMs = 7 * 24 * 3_600_000

const heard = z.object({
  tenantId: z.string(),
  id: z.string(),
  eventType: z.string(),
  payload: z.record(z.string(), z.unknown()),
})

interface Row {
  tenant_id: string
  id: string
  event_type: string
  payload: Record<string, unknown>
  created_at: Date
}

/**
 * Delivers the outbox: each undelivered row to its subscribers, then to every replica's open browsers, then it
 * is marked. A crash in between delivers it again. A subscriber that fails leaves its own event for a later round,
 * and holds up none behind it.
 */
export class OutboxRelay {
  private client: pg.PoolClient | undefined
  private isLeader = false
  private running: Promise<void> | undefined
  private again = false
  private timer: NodeJS.Timeout | undefined
  private stopped = false
  /** Events whose subscriber failed, by id. */
  private readonly failed = new Map<string, { tries: number; notBefore: number }>()

  constructor(
    private readonly db: Database,
    private readonly subscribersOf: (eventType: string) => Subscriber[],
    private readonly listener: Listener,
  ) {}

  start(): void {
    this.db.onCommit(() => this.wake())
    this.wake()
  }

  /** Looks at the outbox now, or once more after the present look. */
  wake(): void {
    if (this.stopped) return
    if (this.running) {
      this.again = true
      return
    }
    clearTimeout(this.timer)
    this.running = this.round().finally(() => {
      this.running = undefined
      if (this.stopped) return
      if (this.again) {
        this.again = false
        setImmediate(() => this.wake())
      } else {
        this.timer = setTimeout(() => this.wake(), pollMs)
      }
    })
  }

  async stop(): Promise<void> {
    this.stopped = true
    clearTimeout(this.timer)
    await this.running
    this.client?.release(true)
    this.client = undefined
  }

  private async round(): Promise<void> {
    try {
      const client = await this.connected()
      if (!this.isLeader) {
        const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
          leaderLock,
        ])
        this.isLeader = rows[0]?.locked ?? false
      }
      let last: Row | undefined
      while (this.isLeader && !this.stopped) {
        const rows = await undelivered(client, last)
        await this.deliver(client, rows)
        last = rows.at(-1)
        if (rows.length < batchSize) break
      }
    } catch (error) {
      logger.warn({ err: error }, 'outbox: round failed, will try again')
      this.drop()
    }
  }

  private async deliver(client: pg.PoolClient, rows: Row[]): Promise<void> {
    const delivered: DomainEvent[] = []
    for (const row of rows) {
      const event = { tenantId: row.tenant_id, id: row.id, eventType: row.event_type, payload: row.payload }
      if (await this.tellSubscribers(event)) delivered.push(event)
    }
    if (delivered.length === 0) return
    await client.query({
      name: 'outbox_deliver',
      text: `WITH told AS (SELECT pg_notify('${channel}', n) FROM unnest($4::text[]) AS n)
             UPDATE outbox_events SET delivered_at = $3
               FROM (SELECT count(*) FROM told) AS all_told
              WHERE tenant_id = ANY ($1::uuid[]) AND id = ANY ($2::uuid[])`,
      values: [
        [...new Set(delivered.map((event) => event.tenantId))],
        delivered.map((event) => event.id),
        new Date(),
        delivered.map(notification),
      ],
    })
  }

  private async tellSubscribers(event: DomainEvent): Promise<boolean> {
    const { tries, notBefore } = this.failed.get(event.id) ?? { tries: 0, notBefore: 0 }
    if (Date.now() < notBefore) return false
    try {
      for (const subscriber of this.subscribersOf(event.eventType)) await subscriber(event)
      this.failed.delete(event.id)
      return true
    } catch (error) {
      this.failed.set(event.id, { tries: tries + 1, notBefore: Date.now() + Math.min(1000 * 2 ** tries, mostWaitMs) })
      logger.error(
        { err: error, tenantId: event.tenantId, eventType: event.eventType, eventId: event.id, tries: tries + 1 },
        'outbox: subscriber failed',
      )
      return false
    }
  }

  private async connected(): Promise<pg.PoolClient> {
    if (this.client) return this.client
    const client = await this.db.jobs.connect()
    client.on('error', () => this.drop())
    client.on('notification', ({ payload }) => {
      const event = heard.safeParse(JSON.parse(payload ?? 'null'))
      if (event.success) this.listener(event.data)
    })
    await client.query(`LISTEN ${channel}`)
    this.client = client
    return client
  }

  private drop(): void {
    this.client?.release(true)
    this.client = undefined
    this.isLeader = false
    this.failed.clear()
  }
}

/** The next of what is undelivered, after the last one this round has seen. */
async function undelivered(client: pg.PoolClient, last: Row | undefined): Promise<Row[]> {
  const { rows } = await client.query<Row>({
    name: 'outbox_undelivered',
    text: `SELECT tenant_id, id, event_type, payload, created_at FROM outbox_events
            WHERE delivered_at IS NULL AND (created_at, id) > ($1::timestamptz, $2::uuid)
            ORDER BY created_at, id LIMIT ${batchSize}`,
    values: [last?.created_at ?? '-infinity', last?.id ?? '00000000-0000-0000-0000-000000000000'],
  })
  return rows
}

/** An event too large to be told goes out without its payload: browsers fetch anew what it is about anyway. */
function notification(event: DomainEvent): string {
  const whole = JSON.stringify(event)
  return Buffer.byteLength(whole) <= mostNotifyBytes ? whole : JSON.stringify({ ...event, payload: {} })
}

/** Events delivered a week ago. Run by the task events:prune. */
export async function pruneDeliveredEvents(db: Pick<Database, 'jobs'>, now: Date): Promise<number> {
  const { rowCount } = await db.jobs.query('DELETE FROM outbox_events WHERE delivered_at < $1', [
    new Date(now.getTime() - keptMs),
  ])
  return rowCount ?? 0
}
