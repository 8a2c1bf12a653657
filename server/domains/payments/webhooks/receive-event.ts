import { randomUUID } from 'node:crypto'
import Stripe from 'stripe'
import type { Database } from '../../../utils/db'
import { env } from '../../../utils/env'
import { AppError } from '../../../utils/errors'
import { processEvent } from './process-event'

/** A signature older than this is somebody's replay; Stripe signs each delivery anew. */
const toleranceSeconds = 300

/** Nothing is left to do; what was set aside waits for the operator. */
const isClosed = new Set(['PROCESSED', 'IGNORED', 'SET_ASIDE'])

export interface Delivery {
  body: Buffer
  signature: string | undefined
  now: Date
  requestId?: string
  signal: AbortSignal
}

/**
 * A delivery of Stripe's: checked over the raw body, kept in a transaction of its own, then processed. One that was
 * processed before does nothing; one that failed is processed again.
 * @throws WEBHOOK_SIGNATURE_INVALID, and nothing is kept; WEBHOOK_FAILED: kept, and Stripe will send it again
 */
export async function receiveStripeEvent(db: Database, delivery: Delivery): Promise<void> {
  const event = verify(delivery)
  const { rows } = await db.pool.query<{ status: string }>({
    name: 'webhook_store',
    // The row as it was before this delivery, if there was one.
    text: `WITH stored AS (
             INSERT INTO webhook_events (id, type, payload, object_id, created_at, received_at)
             VALUES ($1, $2, $3, $4, to_timestamp($5), $6) ON CONFLICT (id) DO NOTHING)
           SELECT status FROM webhook_events WHERE id = $1`,
    values: [event.id, event.type, JSON.stringify(event), objectIdOf(event), event.created, delivery.now],
  })
  if (rows[0] && isClosed.has(rows[0].status)) return
  await processEvent(db, event, {
    now: delivery.now,
    requestId: delivery.requestId ?? randomUUID(),
    signal: delivery.signal,
  })
}

function verify({ body, signature, now }: Delivery): Stripe.Event {
  const secret = env().STRIPE_WEBHOOK_SECRET
  if (!secret) throw new AppError('WEBHOOKS_NOT_CONFIGURED')
  try {
    return Stripe.webhooks.constructEvent(body, signature ?? '', secret, toleranceSeconds, undefined, now.getTime())
  } catch {
    throw new AppError('WEBHOOK_SIGNATURE_INVALID')
  }
}

function objectIdOf(event: Stripe.Event): string | null {
  const { id } = event.data.object as { id?: unknown }
  return typeof id === 'string' ? id : null
}
