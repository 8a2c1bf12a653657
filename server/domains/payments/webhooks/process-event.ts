import type Stripe from 'stripe'
import type { Database } from '../../../utils/db'
import { AppError, notFound } from '../../../utils/errors'
import { logger } from '../../../utils/logger'
import { syncCardsOfCustomer } from './card-events'
import { applyPaymentEvent } from './payment-events'

export interface Processing {
  now: Date
  requestId: string
  signal: AbortSignal
}

/** One handler a type. It marks the event's row itself, in the transaction of what it does. */
export type EventHandler = (db: Database, event: Stripe.Event, processing: Processing) => Promise<void>

const handlers: Record<string, EventHandler> = {
  'payment_intent.succeeded': applyPaymentEvent,
  'payment_intent.payment_failed': applyPaymentEvent,
  'payment_intent.requires_action': applyPaymentEvent,
  'payment_intent.canceled': applyPaymentEvent,
  'setup_intent.succeeded': syncCardsOfCustomer,
  'payment_method.attached': syncCardsOfCustomer,
  'payment_method.updated': syncCardsOfCustomer,
  'payment_method.automatically_updated': syncCardsOfCustomer,
  'payment_method.detached': syncCardsOfCustomer,
}

/**
 * Does what an event of the inbox asks for, once. A type that nothing is done about stays in the inbox as IGNORED.
 * @throws WEBHOOK_FAILED when it could not be done: the row keeps the error, for the operator and the next delivery
 */
export async function processEvent(db: Database, event: Stripe.Event, processing: Processing): Promise<void> {
  try {
    await (handlers[event.type] ?? ignore)(db, event, processing)
  } catch (error) {
    logger.error({ err: error, eventId: event.id, type: event.type }, 'webhook: failed')
    await db.pool.query(
      `UPDATE webhook_events SET status = 'FAILED', attempts = attempts + 1, error = $2
        WHERE id = $1 AND status IN ('RECEIVED', 'FAILED')`,
      [event.id, reasonOf(error)],
    )
    throw new AppError('WEBHOOK_FAILED')
  }
}

/** The operator's retry of an event that failed or was set aside. @throws NOT_FOUND, WEBHOOK_FAILED */
export async function processAgain(db: Database, eventId: string, processing: Processing): Promise<void> {
  const { rows } = await db.pool.query<{ payload: Stripe.Event }>(
    `UPDATE webhook_events SET status = 'RECEIVED'
      WHERE id = $1 AND status IN ('RECEIVED', 'FAILED', 'SET_ASIDE') RETURNING payload`,
    [eventId],
  )
  if (!rows[0]) throw notFound()
  await processEvent(db, rows[0].payload, processing)
}

export type EventOutcome =
  | { status: 'PROCESSED'; tenantId: string }
  | { status: 'IGNORED' | 'SET_ASIDE'; error: string | null; tenantId?: string }

/** Closes an event that is still open. */
export async function closeEvent(
  db: Database,
  event: Stripe.Event,
  outcome: EventOutcome,
  { now }: Processing,
): Promise<void> {
  await db.pool.query(
    `UPDATE webhook_events SET status = $2, error = $3, hotel_tenant_id = $4, attempts = attempts + 1, processed_at = $5
      WHERE id = $1 AND status IN ('RECEIVED', 'FAILED')`,
    [event.id, outcome.status, 'error' in outcome ? outcome.error : null, outcome.tenantId ?? null, now],
  )
}

const ignore: EventHandler = (db, event, processing) =>
  closeEvent(db, event, { status: 'IGNORED', error: null }, processing)

/** For the operator: no statement, no data. */
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 500)
