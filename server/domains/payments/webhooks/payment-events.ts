import type Stripe from 'stripe'
import { z } from 'zod'
import type { Database } from '../../../utils/db'
import { purchaseExpiry } from '../../credits/rules'
import { failureEventOf, figuresOf, newsValues, type PaymentNews, type PurchaseEvent } from '../apply-payment'
import { closeEvent, type EventHandler } from './process-event'

/** Of a PaymentIntent's event, what is looked at; what is missing or of another form is not believed. */
const intentSchema = z.object({
  id: z.string().min(1),
  status: z.string(),
  amount: z.number().int(),
  amount_received: z.number().int().optional(),
  currency: z.string(),
  customer: z.union([z.string(), z.object({ id: z.string() })]).nullish(),
  metadata: z.object({ purchase_id: z.uuid(), tenant_id: z.uuid() }).nullish().catch(null),
  last_payment_error: z
    .object({
      code: z.string().optional(),
      decline_code: z.string().optional(),
      advice_code: z.string().optional(),
    })
    .nullish(),
})

/**
 * News of a payment. The purchase is the one its metadata names; whether intent, customer, amount and currency are
 * those of our row says the database function that applies it. What cannot be believed is set aside for the operator.
 */
export const applyPaymentEvent: EventHandler = async (db, event, processing) => {
  const parsed = intentSchema.safeParse(event.data.object)
  if (!parsed.success) return setAside('UNREADABLE')
  const intent = { ...parsed.data, status: parsed.data.status as Stripe.PaymentIntent.Status }
  const target = intent.metadata && (await findHotel(db, intent.metadata.tenant_id))
  // A payment of something else than our purchases, in the same Stripe account.
  if (!intent.metadata || !target) return setAside('NO_PURCHASE')
  const news: PaymentNews = { event: eventOf(event, intent), ...figuresOf(intent) }
  await db.forTenant(target.tenantId).call({
    name: 'webhook_apply_payment',
    text: `SELECT * FROM webhook_apply_payment($1::text, $2::uuid, $3::uuid, $4::text, $5::text, $6::text, $7::int, $8::text,
           $9::text, $10::text, $11::boolean, $12::timestamptz, $13::timestamptz, $14::text)`,
    values: [
      event.id,
      target.tenantId,
      intent.metadata.purchase_id,
      ...newsValues(news),
      processing.now,
      purchaseExpiry(processing.now, target.timeZone),
      processing.requestId,
    ],
  })

  function setAside(error: string): Promise<void> {
    return closeEvent(db, event, { status: 'SET_ASIDE', error }, processing)
  }
}

function eventOf(event: Stripe.Event, intent: Parameters<typeof failureEventOf>[0]): PurchaseEvent {
  switch (event.type) {
    case 'payment_intent.succeeded':
      return 'succeeded'
    case 'payment_intent.canceled':
      return 'canceled'
    case 'payment_intent.requires_action':
      return 'requires_action'
    default:
      return failureEventOf(intent)
  }
}

async function findHotel(db: Database, tenantId: string): Promise<{ tenantId: string; timeZone: string } | null> {
  const { rows } = await db.pool.query<{ time_zone: string }>({
    name: 'webhook_hotel',
    text: `SELECT time_zone FROM tenants WHERE id = $1 AND kind = 'HOTEL'`,
    values: [tenantId],
  })
  return rows[0] ? { tenantId, timeZone: rows[0].time_zone } : null
}
