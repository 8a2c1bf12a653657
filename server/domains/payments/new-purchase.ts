import type { PaymentMethod, PurchaseSource } from '#shared/schemas/payments'
import type { Prisma } from '../../generated/prisma/client'
import { userIdOf, type Context } from '../../utils/context'
import type { Transaction } from '../../utils/db'
import { notFound } from '../../utils/errors'
import { newId } from '../../utils/ids'
import { recordChange } from '../audit/record-audit'
import type { PackageRow } from './packages'
import { priceOf, taxRate } from './rules'

export type PurchaseRow = Prisma.CreditPurchaseGetPayload<object>

export interface NewPurchase {
  package: PackageRow
  paymentMethod: PaymentMethod
  source: PurchaseSource
  /** Of the request that asks for it: a second one with the same key is refused by the database (23505). */
  requestKey: string
  stripeCustomerId?: string
  stripePaymentMethodId?: string
  saveCard?: boolean
  userAgent?: string | null
}

/** Writes the purchase, with the price, tax and discount of this moment, before anything is sent to anybody. */
export async function insertPurchase(tx: Transaction, ctx: Context, input: NewPurchase): Promise<PurchaseRow> {
  const account = await tx.aiCreditAccount.findFirst({
    where: { tenantId: ctx.tenantId, deletedAt: null },
    select: { id: true },
  })
  if (!account) throw notFound()
  const purchase = await tx.creditPurchase.create({
    data: {
      tenantId: ctx.tenantId,
      id: newId(),
      accountId: account.id,
      packageId: input.package.id,
      paymentMethod: input.paymentMethod,
      source: input.source,
      userId: userIdOf(ctx),
      requestKey: input.requestKey,
      creditsAmount: input.package.creditsAmount,
      ...priceOf(input.package),
      taxRate,
      saveCard: input.saveCard ?? false,
      stripeCustomerId: input.stripeCustomerId,
      stripePaymentMethodId: input.stripePaymentMethodId,
      userAgent: input.userAgent?.slice(0, 300),
      createdAt: ctx.now,
      updatedAt: ctx.now,
    },
  })
  await recordChange(tx, ctx, {
    eventType: 'credits.purchase_created',
    entityType: 'credit_purchases',
    entityId: purchase.id,
    action: 'create',
    after: {
      credits: purchase.creditsAmount,
      totalYen: purchase.totalYen,
      paymentMethod: purchase.paymentMethod,
      source: purchase.source,
    },
  })
  return purchase
}
