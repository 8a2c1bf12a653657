import Stripe from 'stripe'
import type { PurchaseStatus } from '#shared/schemas/payments'
import type { Context } from '../../utils/context'
import { applyNews, newsOf, ownNews, type IntentFigures } from './apply-payment'
import type { PurchaseRow } from './new-purchase'
import { isRefusal, providerFailure, requireStripe } from './stripe'

export interface Charge {
  status: PurchaseStatus
  intentId: string | null
  /** With it the browser lets the person authenticate. */
  clientSecret: string | null
}

/**
 * Charges the card of a purchase and applies Stripe's answer. The purchase's id is Stripe's idempotency key: again
 * within its 24 hours it gets the first answer and charges nothing; the reconciliation closes an open purchase long
 * before they are over.
 * A stored card is charged off-session: nobody may be there to authenticate.
 * @throws PAYMENT_PROVIDER_UNAVAILABLE when Stripe's answer is not known: the reconciliation finds out what happened
 */
export async function chargePurchase(ctx: Context, purchase: PurchaseRow): Promise<Charge> {
  const stripe = requireStripe()
  if (!purchase.stripeCustomerId || !purchase.stripePaymentMethodId) {
    throw new Error(`purchase ${purchase.id} has no card to charge`)
  }
  try {
    const intent = await stripe.paymentIntents.create(
      {
        amount: purchase.totalYen,
        currency: purchase.currency,
        customer: purchase.stripeCustomerId,
        payment_method: purchase.stripePaymentMethodId,
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
        confirm: true,
        off_session: purchase.paymentMethod === 'stored_card',
        setup_future_usage: purchase.saveCard ? 'off_session' : undefined,
        metadata: { purchase_id: purchase.id, tenant_id: purchase.tenantId },
      },
      { idempotencyKey: `purchase:${purchase.id}` },
    )
    return await applyIntent(ctx, purchase, intent)
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return settleRefusal(ctx, purchase, error)
    throw error
  }
}

/** What Stripe refused on purpose ends the purchase, or lets it wait for the person; else nobody knows yet. */
async function settleRefusal(ctx: Context, purchase: PurchaseRow, error: Stripe.errors.StripeError): Promise<Charge> {
  if (error.payment_intent) return applyIntent(ctx, purchase, error.payment_intent)
  if (!isRefusal(error)) throw providerFailure(error)
  const { status } = await applyNews(ctx, purchase.id, ownNews('payment_failed', error.code ?? 'refused'), 'api')
  return { status: status ?? 'FAILED', intentId: null, clientSecret: null }
}

/** The same for an intent that is known already: after the person's authentication, or by the reconciliation. */
export async function applyIntent(
  ctx: Context,
  purchase: Pick<PurchaseRow, 'id' | 'status'>,
  intent: IntentFigures & { client_secret: string | null },
): Promise<Charge> {
  const news = newsOf(intent)
  const source = ctx.actor.kind === 'person' ? 'api' : 'task'
  const applied = news && (await applyNews(ctx, purchase.id, news, source))
  if (applied && applied.outcome !== 'APPLIED' && applied.outcome !== 'UNCHANGED') {
    throw new Error(`payment ${intent.id} of purchase ${purchase.id}: ${applied.outcome}`)
  }
  const status = applied?.status ?? (purchase.status as PurchaseStatus)
  return { status, intentId: intent.id, clientSecret: status === 'REQUIRES_ACTION' ? intent.client_secret : null }
}

/**
 * The intent of a purchase as Stripe knows it now, applied.
 * @throws PAYMENT_PROVIDER_UNAVAILABLE
 */
export async function askStripe(
  ctx: Context,
  purchase: Pick<PurchaseRow, 'id' | 'status'>,
  intentId: string,
): Promise<Charge> {
  try {
    return await applyIntent(ctx, purchase, await requireStripe().paymentIntents.retrieve(intentId))
  } catch (error) {
    throw providerFailure(error)
  }
}
