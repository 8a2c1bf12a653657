import type { PurchaseBody, PurchaseResponse } from '#shared/schemas/payments'
import type { Context } from '../../utils/context'
import { sqlState, type Transaction } from '../../utils/db'
import { AppError, notFound } from '../../utils/errors'
import { runOnce } from '../../utils/idempotency'
import { askStripe, chargePurchase, type Charge } from './charge-card'
import { lockBillingAccount } from './invoices/billing-account'
import { issueInvoice } from './invoices/issue-invoice'
import { insertPurchase, type PurchaseRow } from './new-purchase'
import { requirePackage } from './packages'
import { purchaseAnswer } from './purchase-answer'
import { reconcilePurchase } from './reconcile'
import { providerFailure, requireStripe } from './stripe'
import { ensureStripeCustomer } from './stripe-customers'

/**
 * Buys credits by card, stored card or invoice; with the id of a PaymentIntent it finishes the purchase that the
 * person has just authenticated. The same Idempotency-Key again goes on with the same purchase, also when the first
 * request died between our row and Stripe's answer.
 * @throws IDEMPOTENCY_CONFLICT, PACKAGE_NOT_AVAILABLE, CARDS_NOT_AVAILABLE, NO_STORED_CARD, INVOICE_NOT_AVAILABLE, INVOICE_OVERDUE,
 * PAYMENT_PROVIDER_UNAVAILABLE; a refusal by the bank is an answer: paymentStatus 'failed'
 */
export async function buyCredits(
  ctx: Context,
  input: { body: PurchaseBody; idempotencyKey: string },
): Promise<PurchaseResponse> {
  const request = { key: input.idempotencyKey, route: 'credits/purchase', body: input.body }
  return runOnce(ctx, request, async (complete) => {
    const answer = await carryOut(ctx, input.body, input.idempotencyKey)
    await ctx.db.transaction((tx) => complete(tx, answer))
    return answer
  })
}

async function carryOut(ctx: Context, body: PurchaseBody, idempotencyKey: string): Promise<PurchaseResponse> {
  const intentId = body.paymentDetails?.stripePaymentIntentId
  if (intentId) return finish(ctx, intentId)
  const purchase = await begin(ctx, body, `${ctx.actor.kind === 'person' ? ctx.actor.userId : ''}:${idempotencyKey}`)
  return purchaseAnswer(ctx, purchase.id, await advance(ctx, purchase))
}

/** What is left to do with Stripe: the charge itself, or to let the person go on with the authentication. */
async function advance(ctx: Context, purchase: PurchaseRow): Promise<Charge | undefined> {
  if (purchase.paymentMethod === 'invoice') return undefined
  if (purchase.status === 'CREATED') return chargePurchase(ctx, purchase)
  if (purchase.status !== 'REQUIRES_ACTION' || !purchase.stripePaymentIntentId) return undefined
  return askStripe(ctx, purchase, purchase.stripePaymentIntentId)
}

/** The row first; for an invoice the whole purchase in its transaction. */
async function begin(ctx: Context, body: PurchaseBody, requestKey: string): Promise<PurchaseRow> {
  const known = await ctx.db.read((tx) => findByRequest(tx, ctx, requestKey))
  if (known) return resume(ctx, sameAsked(known, body))
  const card = body.paymentMethod === 'invoice' ? undefined : await cardFor(ctx, body)
  try {
    return await ctx.db.transaction(async (tx) => {
      // Before the purchase is written: its row points at the credit account, which the grant of another invoice locks.
      if (body.paymentMethod === 'invoice') await lockBillingAccount(tx, ctx)
      const purchase = await insertPurchase(tx, ctx, {
        package: await requirePackage(tx, ctx, body.packageId),
        paymentMethod: body.paymentMethod,
        source: body.metadata?.source ?? 'dashboard',
        requestKey,
        saveCard: body.paymentMethod === 'stripe' && body.paymentDetails?.saveCard === true,
        userAgent: ctx.actor.kind === 'person' ? ctx.actor.userAgent : null,
        ...card,
      })
      if (body.paymentMethod === 'invoice') await issueInvoice(tx, ctx, purchase, body.paymentDetails?.invoiceEmail)
      return purchase
    })
  } catch (error) {
    // The same request at the same time on another server.
    if (sqlState(error) !== '23505') throw error
    const other = await ctx.db.read((tx) => findByRequest(tx, ctx, requestKey))
    if (!other) throw error
    return resume(ctx, sameAsked(other, body))
  }
}

const findByRequest = (tx: Transaction, ctx: Context, requestKey: string) =>
  tx.creditPurchase.findUnique({ where: { tenantId_requestKey: { tenantId: ctx.tenantId, requestKey } } })

/**
 * A request that failed leaves its key free, but its purchase stays: under that key nothing else is bought, and
 * nobody is charged for what was asked before.
 */
function sameAsked(purchase: PurchaseRow, { packageId, paymentMethod, paymentDetails }: PurchaseBody): PurchaseRow {
  const card = paymentDetails?.stripePaymentMethodId ?? purchase.stripePaymentMethodId
  const isSame =
    purchase.packageId === packageId &&
    purchase.paymentMethod === paymentMethod &&
    purchase.stripePaymentMethodId === card
  if (!isSame) throw new AppError('IDEMPOTENCY_CONFLICT')
  return purchase
}

/** A request that comes again: Stripe is asked before it is told anything. */
async function resume(ctx: Context, purchase: PurchaseRow): Promise<PurchaseRow> {
  if (purchase.paymentMethod === 'invoice') return purchase
  try {
    await reconcilePurchase(ctx, purchase.id)
  } catch (error) {
    throw providerFailure(error)
  }
  return ctx.db.read((tx) =>
    tx.creditPurchase.findUniqueOrThrow({ where: { tenantId_id: { tenantId: ctx.tenantId, id: purchase.id } } }),
  )
}

async function cardFor(
  ctx: Context,
  body: PurchaseBody,
): Promise<{ stripeCustomerId: string; stripePaymentMethodId: string }> {
  requireStripe()
  const given = body.paymentDetails?.stripePaymentMethodId
  const stripePaymentMethodId = body.paymentMethod === 'stored_card' ? await storedCard(ctx, given) : given
  if (!stripePaymentMethodId) throw new AppError('NO_STORED_CARD')
  return { stripeCustomerId: await ensureStripeCustomer(ctx), stripePaymentMethodId }
}

/** One of the hotel's own cards: the given one, else the default. */
async function storedCard(ctx: Context, given: string | undefined): Promise<string | undefined> {
  const card = await ctx.db.read((tx) =>
    tx.paymentMethod.findFirst({
      where: {
        tenantId: ctx.tenantId,
        removedAt: null,
        ...(given ? { stripePaymentMethodId: given } : { isDefault: true }),
      },
    }),
  )
  return card?.stripePaymentMethodId
}

/** After the person's authentication: Stripe says how it ended. */
async function finish(ctx: Context, intentId: string): Promise<PurchaseResponse> {
  const purchase = await ctx.db.read((tx) =>
    tx.creditPurchase.findUnique({
      where: { tenantId_stripePaymentIntentId: { tenantId: ctx.tenantId, stripePaymentIntentId: intentId } },
    }),
  )
  if (!purchase) throw notFound()
  const isOver = purchase.status === 'COMPLETED' || purchase.status === 'CANCELED'
  return purchaseAnswer(ctx, purchase.id, isOver ? undefined : await askStripe(ctx, purchase, intentId))
}
