import type { CardsResponse, StoredCard } from '#shared/schemas/payments'
import type { Context } from '../../../utils/context'
import type { Transaction } from '../../../utils/db'
import { useStripe } from '../stripe'
import { expiryState } from './rules'

/** The hotel's stored cards from the mirror, the default first. */
export async function listCards(ctx: Context): Promise<CardsResponse> {
  const cards = await ctx.db.read((tx) => readCards(tx, ctx))
  return { isAvailable: useStripe() !== null, cards }
}

export async function readCards(tx: Transaction, ctx: Context): Promise<StoredCard[]> {
  const rows = await tx.paymentMethod.findMany({
    where: { tenantId: ctx.tenantId, removedAt: null },
    orderBy: [{ isDefault: 'desc' }, { createdAt: 'desc' }, { id: 'desc' }],
  })
  return rows.map((row) => ({
    id: row.id,
    brand: row.brand,
    last4: row.last4,
    expMonth: row.expMonth,
    expYear: row.expYear,
    isDefault: row.isDefault,
    stripePaymentMethodId: row.stripePaymentMethodId,
    ...expiryState(row, ctx.now, ctx.tenant.timeZone),
  }))
}
