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

const heard = z.object({
  tenantId: z.string(),
  id: z.string(),
  eventType: z.string(),
  payload: z.record(z.string(), z.unknown()),
})

/**
 * Delivers the outbox: each undelivered row to its subscribers, then to every replica's open browsers, then it
 * is marked. A crash in between delivers it again. A subscriber that fails leaves its event for the next round.
 */
export class OutboxRelay {
  private client: pg.PoolClient | undefined
  private isLeader = false
  private running: Promise<void> | undefined
  private again = false
  private timer: NodeJS.Timeout | undefined
  private stopped = false

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
      while (this.isLeader && !this.stopped && (await this.deliverBatch(client)) === batchSize);
    } catch (error) {
      logger.warn({ err: error }, 'outbox: round failed, will try again')
      this.drop()
    }
  }

  private async deliverBatch(client: pg.PoolClient): Promise<number> {
    const { rows } = await client.query<{
      tenant_id: string
      id: string
      event_type: string
      payload: Record<string, unknown>
    }>({
      name: 'outbox_undelivered',
      text: `SELECT tenant_id, id, event_type, payload FROM outbox_events
              WHERE delivered_at IS NULL ORDER BY created_at, id LIMIT ${batchSize}`,
    })
    const delivered: DomainEvent[] = []
    for (const row of rows) {
      const event: DomainEvent = {
        tenantId: row.tenant_id,
        id: row.id,
        eventType: row.event_type,
        payload: row.payload,
      }
      try {
        for (const subscriber of this.subscribersOf(event.eventType)) await subscriber(event)
        delivered.push(event)
      } catch (error) {
        logger.error(
          { err: error, tenantId: event.tenantId, eventType: event.eventType, eventId: event.id },
          'outbox: subscriber failed',
        )
      }
    }
    if (delivered.length > 0) {
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
          delivered.map((event) => JSON.stringify(event)),
        ],
      })
    }
    // A failed one stays first in line; stop here rather than spin on it.
    return delivered.length
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
  }
}
