import Stripe from 'stripe'
import type { PaymentMethod } from '../../../generated/prisma/client'
import type { Context } from '../../../utils/context'
import type { Transaction } from '../../../utils/db'
import { newId } from '../../../utils/ids'
import { emitEvent } from '../../../utils/outbox'
import { recordChange } from '../../audit/record-audit'
import { providerFailure, requireStripe } from '../stripe'
import { defaultOf, expiryMonth, newestOfEach, type Expiry } from './rules'
import { stopWithoutCard } from './stop-without-card'

interface CardAtStripe extends Expiry {
  stripePaymentMethodId: string
  brand: string
  last4: string
  fingerprint: string | null
  createdAt: Date
}

/**
 * Mirrors the cards that Stripe keeps for the hotel. Two that run at once cannot leave the older list behind: one
 * whose turn was overtaken asks Stripe again.
 * @throws CARDS_NOT_AVAILABLE, PAYMENT_PROVIDER_UNAVAILABLE
 */
export async function syncCards(ctx: Context): Promise<{ autoPurchaseStopped: boolean }> {
  for (;;) {
    const customer = await ctx.db.read((tx) => tx.stripeCustomer.findUnique({ where: { tenantId: ctx.tenantId } }))
    if (!customer) return { autoPurchaseStopped: false }
    const listed = await cardsAtStripe(customer.stripeCustomerId)
    const { kept, superseded } = newestOfEach(listed)
    const written = await ctx.db.transaction(async (tx) => {
      const { count } = await tx.stripeCustomer.updateMany({
        where: { tenantId: ctx.tenantId, cardsVersion: customer.cardsVersion },
        data: { cardsVersion: { increment: 1 } },
      })
      return count === 1 ? mirror(tx, ctx, { listed, kept }) : null
    })
    if (!written) continue
    for (const { stripePaymentMethodId } of superseded) await detachCard(stripePaymentMethodId)
    return written
  }
}

/** Makes whoever mirrors the cards at this moment do it again. Locks the hotel's cards until the transaction ends. */
export async function lockCards(tx: Transaction, ctx: Context): Promise<void> {
  await tx.stripeCustomer.updateMany({
    where: { tenantId: ctx.tenantId },
    data: { cardsVersion: { increment: 1 } },
  })
}

/** Takes a card from its customer at Stripe; one that is gone already is left as it is. */
export async function detachCard(stripePaymentMethodId: string): Promise<void> {
  try {
    await requireStripe().paymentMethods.detach(stripePaymentMethodId)
  } catch (error) {
    // Its only other reason is an id that is none, and ours come from Stripe.
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw providerFailure(error)
  }
}

async function cardsAtStripe(customer: string): Promise<CardAtStripe[]> {
  try {
    const methods = await requireStripe()
      .paymentMethods.list({ customer, type: 'card', limit: 100 })
      .autoPagingToArray({ limit: 1000 })
    return methods.flatMap(({ id, created, card }) =>
      card
        ? [
            {
              stripePaymentMethodId: id,
              brand: card.brand,
              last4: card.last4,
              expMonth: card.exp_month,
              expYear: card.exp_year,
              fingerprint: card.fingerprint ?? null,
              createdAt: new Date(created * 1000),
            },
          ]
        : [],
    )
  } catch (error) {
    throw providerFailure(error)
  }
}

async function mirror(
  tx: Transaction,
  ctx: Context,
  { listed, kept }: { listed: CardAtStripe[]; kept: CardAtStripe[] },
): Promise<{ autoPurchaseStopped: boolean }> {
  const rows = await tx.paymentMethod.findMany({ where: { tenantId: ctx.tenantId } })
  const rowOf = new Map(rows.map((row) => [row.stripePaymentMethodId, row]))
  const isKept = new Set(kept.map((card) => card.stripePaymentMethodId))
  const wasDefault = rows.find((row) => row.isDefault && !row.removedAt)
  const removed = rows.filter((row) => !row.removedAt && !isKept.has(row.stripePaymentMethodId))
  const added = kept.filter((card) => !rowOf.has(card.stripePaymentMethodId))
  const changed = kept.flatMap((card) => {
    const row = rowOf.get(card.stripePaymentMethodId)
    return row && differs(row, card) ? [{ row, card }] : []
  })

  for (const row of removed) {
    await update(tx, ctx, row.id, { removedAt: ctx.now, isDefault: false })
    await audit(tx, ctx, row.id, 'removed', { before: { last4: row.last4, wasDefault: row.isDefault } })
  }
  for (const { row, card } of changed) {
    await update(tx, ctx, row.id, { ...shownOf(card), removedAt: null })
    await audit(tx, ctx, row.id, 'changed', { before: { ...shownOf(row) }, after: { ...shownOf(card) } })
  }
  for (const card of added) {
    const id = newId()
    await tx.paymentMethod.create({
      data: {
        tenantId: ctx.tenantId,
        id,
        stripePaymentMethodId: card.stripePaymentMethodId,
        ...shownOf(card),
        createdAt: card.createdAt,
      },
    })
    await audit(tx, ctx, id, 'added', { after: { ...shownOf(card) } })
  }

  const chosen = defaultOf(wasDefault?.stripePaymentMethodId, { listed, kept }, ctx.now, ctx.tenant.timeZone)
  const isMoved = chosen && chosen.stripePaymentMethodId !== wasDefault?.stripePaymentMethodId
  if (isMoved) await moveDefault(tx, ctx, { stripePaymentMethodId: chosen.stripePaymentMethodId })
  if (removed.length + changed.length + added.length > 0 || isMoved)
    await emitEvent(tx, ctx, 'payments.cards_changed', { cards: kept.length })
  return { autoPurchaseStopped: kept.length === 0 && (await stopWithoutCard(tx, ctx)) }
}

/** Whoever calls this holds the hotel's cards (lockCards). */
export async function moveDefault(
  tx: Transaction,
  ctx: Context,
  to: { id: string } | { stripePaymentMethodId: string },
): Promise<void> {
  const { tenantId } = ctx
  await tx.paymentMethod.updateMany({ where: { tenantId, isDefault: true }, data: { isDefault: false } })
  await tx.paymentMethod.updateMany({ where: { tenantId, ...to }, data: { isDefault: true } })
  const card = await tx.paymentMethod.findFirstOrThrow({ where: { tenantId, ...to } })
  await audit(tx, ctx, card.id, 'made_default', { after: { last4: card.last4 } })
}

const shownOf = ({ brand, last4, expMonth, expYear }: Expiry & { brand: string; last4: string }) => ({
  brand,
  last4,
  expMonth,
  expYear,
})

const differs = (row: PaymentMethod, card: CardAtStripe) =>
  row.removedAt !== null ||
  row.brand !== card.brand ||
  row.last4 !== card.last4 ||
  expiryMonth(row) !== expiryMonth(card)

async function update(
  tx: Transaction,
  { tenantId }: Context,
  id: string,
  data: Partial<Omit<PaymentMethod, 'tenantId' | 'id'>>,
): Promise<void> {
  await tx.paymentMethod.update({ where: { tenantId_id: { tenantId, id } }, data })
}

function audit(
  tx: Transaction,
  ctx: Context,
  id: string,
  what: 'added' | 'changed' | 'removed' | 'made_default',
  figures: Pick<Parameters<typeof recordChange>[2], 'before' | 'after'>,
): Promise<void> {
  return recordChange(tx, ctx, {
    eventType: `payments.card_${what}`,
    entityType: 'payment_methods',
    entityId: id,
    action: what,
    ...figures,
  })
}
