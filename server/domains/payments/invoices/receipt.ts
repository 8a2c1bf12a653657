import { receiptSnapshot, type ReceiptSnapshot } from '#shared/schemas/payments'
import { dayOf } from '#shared/utils/calendar'
import { Prisma } from '../../../generated/prisma/client'
import type { Context } from '../../../utils/context'
import type { Transaction } from '../../../utils/db'
import { AppError, notFound } from '../../../utils/errors'
import { renderReceipt } from './render-invoice'
import { saleOf } from './sale-document'

/**
 * The receipt of a purchase by card, as PDF.
 * @throws NOT_FOUND for one that was not paid by card; RECEIPT_NOT_AVAILABLE without a registered issuer
 */
export async function receiptPdf(ctx: Context, purchaseId: string): Promise<{ filename: string; content: Buffer }> {
  const snapshot = await ctx.db.transaction((tx) => fixReceipt(tx, ctx, purchaseId))
  if (!snapshot) throw new AppError('RECEIPT_NOT_AVAILABLE')
  return { filename: `receipt-${snapshot.receiptNumber}.pdf`, content: await renderReceipt(snapshot) }
}

/**
 * What the receipt says, fixed when it is first asked for: with the mail, at the payment. Later changes of issuer or
 * recipient leave it as it is.
 * @returns null without a registered issuer: there is nothing to receive a tax credit by
 */
export async function fixReceipt(tx: Transaction, ctx: Context, purchaseId: string): Promise<ReceiptSnapshot | null> {
  const where = { tenantId: ctx.tenantId, id: purchaseId }
  const purchase = await tx.creditPurchase.findUnique({ where: { tenantId_id: where } })
  if (!purchase?.paidAt || purchase.paymentMethod === 'invoice') throw notFound()
  if (purchase.receiptSnapshot !== null) return receiptSnapshot.parse(purchase.receiptSnapshot)
  const sale = saleOf(purchase, await tx.platformBilling.findUnique({ where: { id: 1 } }))
  if (!sale) return null
  const account = await tx.billingAccount.findUnique({ where: { tenantId: ctx.tenantId } })
  const issuedOn = dayOf(purchase.paidAt, ctx.tenant.timeZone)
  const snapshot: ReceiptSnapshot = {
    ...sale,
    // Of the purchase's own id: receipts, unlike invoices, are not counted.
    receiptNumber: `R-${issuedOn.replaceAll('-', '')}-${purchase.id.slice(-8).toUpperCase()}`,
    issuedOn,
    recipient: { name: account?.recipientName || ctx.tenant.name, email: account?.invoiceEmail ?? null },
    paidBy: 'CARD',
  }
  const { count } = await tx.creditPurchase.updateMany({
    where: { ...where, receiptSnapshot: { equals: Prisma.DbNull } },
    data: { receiptSnapshot: snapshot },
  })
  // Another request was first: what it has fixed holds.
  return count === 1 ? snapshot : fixReceipt(tx, ctx, purchaseId)
}
