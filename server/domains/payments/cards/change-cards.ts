import type { CardRemovedResponse, CardsResponse } from '#shared/schemas/payments'
import type { PaymentMethod } from '../../../generated/prisma/client'
import type { Context } from '../../../utils/context'
import type { Transaction } from '../../../utils/db'
import { notFound } from '../../../utils/errors'
import { emitEvent } from '../../../utils/outbox'
import { listCards } from './list-cards'
import { detachCard, lockCards, moveDefault, syncCards } from './sync-cards'

/** The card that is charged where none is named, by the auto-purchase above all. */
export async function setDefaultCard(ctx: Context, id: string): Promise<CardsResponse> {
  await ctx.db.transaction(async (tx) => {
    await lockCards(tx, ctx)
    const card = await requireCard(tx, ctx, id)
    if (card.isDefault) return
    await moveDefault(tx, ctx, { id })
    await emitEvent(tx, ctx, 'payments.cards_changed', { defaultCard: id })
  })
  return listCards(ctx)
}

/**
 * Takes a card away at Stripe and here. If it was the default, the newest good one follows it; if it was the last,
 * the auto-purchase is switched off, and the answer says so.
 */
export async function removeCard(ctx: Context, id: string): Promise<CardRemovedResponse> {
  const card = await ctx.db.read((tx) => requireCard(tx, ctx, id))
  await detachCard(card.stripePaymentMethodId)
  const { autoPurchaseStopped } = await syncCards(ctx)
  return { ...(await listCards(ctx)), autoPurchaseStopped }
}

async function requireCard(tx: Transaction, { tenantId }: Context, id: string): Promise<PaymentMethod> {
  const card = await tx.paymentMethod.findFirst({ where: { tenantId, id, removedAt: null } })
  if (!card) throw notFound()
  return card
}
