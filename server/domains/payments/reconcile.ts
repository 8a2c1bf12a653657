import { randomUUID } from 'node:crypto'
import type Stripe from 'stripe'
import type { Context } from '../../utils/context'
import type { Database } from '../../utils/db'
import { logger } from '../../utils/logger'
import { jobContext } from '../identity/job-context'
import { applyNews, ownNews } from './apply-payment'
import { applyIntent } from './charge-card'
import type { PurchaseRow } from './new-purchase'
import { requireStripe, useStripe } from './stripe'

/** Longer than the SDK's attempts with their time-outs: after it no request of ours can still be on its way. */
const lostAfterMs = 10 * 60_000
/** An authentication nobody finishes. Stripe's idempotency keys live as long: nothing is ever sent again after it. */
const abandonedAfterMs = 23 * 3_600_000
const batchSize = 100

/**
 * Asks Stripe what has become of a purchase that is still open: after a crash between our row and the grant, a lost
 * answer, a closed browser. What Stripe never heard of, and what nobody finished, is cancelled.
 * @returns the purchase's status afterwards
 */
export async function reconcilePurchase(ctx: Context, purchaseId: string): Promise<string> {
  const purchase = await ctx.db.read((tx) =>
    tx.creditPurchase.findUniqueOrThrow({ where: { tenantId_id: { tenantId: ctx.tenantId, id: purchaseId } } }),
  )
  if (purchase.status !== 'CREATED' && purchase.status !== 'REQUIRES_ACTION') return purchase.status
  const ageMs = ctx.now.getTime() - purchase.createdAt.getTime()
  const intent = await findIntent(purchase)
  if (!intent) {
    if (ageMs < lostAfterMs) return purchase.status
    const { status } = await applyNews(ctx, purchase.id, ownNews('canceled', 'not_received'), 'task')
    return status ?? purchase.status
  }
  const charge = await applyIntent(ctx, purchase, intent)
  if (charge.status !== 'CREATED' && charge.status !== 'REQUIRES_ACTION') return charge.status
  if (ageMs < abandonedAfterMs) return charge.status
  const canceled = await requireStripe().paymentIntents.cancel(intent.id, { cancellation_reason: 'abandoned' })
  return (await applyIntent(ctx, purchase, canceled)).status
}

/** By its id where we have it; else among the customer's intents since the purchase, by our id in its metadata. */
async function findIntent(purchase: PurchaseRow): Promise<Stripe.PaymentIntent | undefined> {
  const stripe = requireStripe()
  if (purchase.stripePaymentIntentId) return stripe.paymentIntents.retrieve(purchase.stripePaymentIntentId)
  if (!purchase.stripeCustomerId) return undefined
  const since = Math.floor(purchase.createdAt.getTime() / 1000) - 300
  const intents = stripe.paymentIntents.list({
    customer: purchase.stripeCustomerId,
    created: { gte: since },
    limit: 100,
  })
  for await (const intent of intents) {
    if (intent.metadata.purchase_id === purchase.id) return intent
  }
  return undefined
}

/**
 * All purchases left open, each looked at after two minutes and then ever more rarely (after half its age again).
 * Safe on several replicas at once. One that cannot be asked about holds up no other.
 */
export async function reconcilePurchases(db: Database, now: Date, signal: AbortSignal): Promise<{ purchases: number }> {
  if (!useStripe()) return { purchases: 0 }
  const { rows } = await db.jobs.query<{ tenant_id: string; id: string }>(
    `SELECT tenant_id, id FROM credit_purchases
      WHERE status IN ('CREATED', 'REQUIRES_ACTION') AND payment_method <> 'invoice'
        AND $1::timestamptz - updated_at > greatest(interval '2 minutes', (updated_at - created_at) / 2)
      ORDER BY updated_at LIMIT ${batchSize}`,
    [now],
  )
  for (const { tenant_id: tenantId, id } of rows) {
    if (signal.aborted) break
    try {
      const ctx = await jobContext(db, {
        tenantId,
        userId: null,
        task: 'payments:reconcile',
        now,
        requestId: randomUUID(),
        locale: 'ja',
        signal,
      })
      // First its place in the queue: one that cannot be asked about would else be among the oldest for ever.
      await ctx.db.transaction((tx) =>
        tx.creditPurchase.update({ where: { tenantId_id: { tenantId, id } }, data: { updatedAt: now } }),
      )
      await reconcilePurchase(ctx, id)
    } catch (error) {
      logger.warn(
        { err: error, tenantId, purchaseId: id },
        'payments: a purchase could not be reconciled, will try again',
      )
    }
  }
  return { purchases: rows.length }
}
