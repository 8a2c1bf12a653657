import type { PurchaseResponse, PurchaseStatus } from '#shared/schemas/payments'
import type { Context } from '../../utils/context'
import { getBalance } from '../credits/get-balance'
import type { Charge } from './charge-card'
import { declineMessage } from './decline-codes'
import { discountPercentage, type DiscountType } from './rules'

const paymentStatus = {
  CREATED: 'pending',
  REQUIRES_ACTION: 'requires_action',
  FAILED: 'failed',
  CANCELED: 'failed',
  AWAITING_TRANSFER: 'pending',
  ON_CREDIT: 'pending',
  COMPLETED: 'completed',
} as const satisfies Record<PurchaseStatus, string>

/** The answer to whoever buys, from the purchase as it stands. */
export async function purchaseAnswer(ctx: Context, purchaseId: string, charge?: Charge): Promise<PurchaseResponse> {
  const row = await ctx.db.read((tx) =>
    tx.creditPurchase.findUniqueOrThrow({
      where: { tenantId_id: { tenantId: ctx.tenantId, id: purchaseId } },
      include: { invoice: { select: { id: true, invoiceNumber: true } } },
    }),
  )
  const { balance } = await getBalance(ctx)
  const status = paymentStatus[row.status as PurchaseStatus]
  return {
    purchase: {
      transactionId: row.id,
      packageId: row.packageId,
      creditsAdded: row.transactionId ? row.creditsAmount : 0,
      totalCost: row.totalYen,
      ...(row.discountType
        ? {
            discount: {
              type: row.discountType as DiscountType,
              amount: row.discountYen,
              percentage: discountPercentage(row),
            },
          }
        : {}),
    },
    payment: {
      paymentStatus: status,
      ...(row.stripePaymentIntentId ? { paymentIntentId: row.stripePaymentIntentId } : {}),
      ...(charge?.clientSecret ? { clientSecret: charge.clientSecret } : {}),
      ...(status === 'failed'
        ? {
            errorMessage: declineMessage(ctx.locale, row.failureCode, row.declineCode),
            ...(row.failureCode ? { errorCode: row.failureCode } : {}),
          }
        : {}),
      ...(row.invoice ? { invoiceId: row.invoice.id, invoiceNumber: row.invoice.invoiceNumber } : {}),
    },
    account: { newBalance: balance.currentBalance, estimatedDaysLeft: balance.estimatedDaysLeft },
  }
}
