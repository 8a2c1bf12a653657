import type { InvoiceSnapshot } from '#shared/schemas/payments'
import { addDays, dayOf, daysBetween } from '#shared/utils/calendar'
import type { Invoice } from '../../../generated/prisma/client'
import type { Context } from '../../../utils/context'
import type { Transaction } from '../../../utils/db'
import { AppError } from '../../../utils/errors'
import { newId } from '../../../utils/ids'
import { longDate } from '../../../utils/texts'
import { recordChange } from '../../audit/record-audit'
import { queueMail } from '../../mail/queue-mail'
import { applyNews, ownNews } from '../apply-payment'
import type { PurchaseRow } from '../new-purchase'
import { creditLeft, lockBillingAccount } from './billing-account'
import { invoiceRecipients } from './invoice-recipients'
import { saleOf } from './sale-document'

/** Days after the due date from which a hotel cannot buy by invoice any more. */
export const blockedAfterDays = 30

/**
 * Issues the qualified invoice (適格請求書, 消費税法第57条の4) of a purchase, in the purchase's own transaction: the
 * number, its content, the mail, and the credits too where the hotel's credit limit allows.
 * @throws INVOICE_NOT_AVAILABLE without an issuer, INVOICE_OVERDUE while one is overdue for more than 30 days
 */
export async function issueInvoice(
  tx: Transaction,
  ctx: Context,
  purchase: PurchaseRow,
  invoiceEmail?: string,
): Promise<Invoice> {
  const issuer = await tx.platformBilling.findUnique({ where: { id: 1 } })
  const sale = saleOf(purchase, issuer)
  if (!issuer || !sale) throw new AppError('INVOICE_NOT_AVAILABLE')
  // Held since before the purchase was written, to the end of the transaction: numbers and the credit limit are given
  // out one after the other.
  const account = await lockBillingAccount(tx, ctx)
  await requireNotBlocked(tx, ctx)
  const issuedOn = dayOf(ctx.now, ctx.tenant.timeZone)
  const year = Number(issuedOn.slice(0, 4))
  const number = await nextNumber(tx, ctx, year)
  const invoiceNumber = [
    String(account.customerNumber).padStart(5, '0'),
    String(year),
    String(number).padStart(4, '0'),
  ].join('-')
  const email = invoiceEmail ?? account.invoiceEmail
  const snapshot: InvoiceSnapshot = {
    ...sale,
    invoiceNumber,
    issuedOn,
    dueOn: addDays(issuedOn, issuer.paymentTermDays),
    recipient: { name: account.recipientName || ctx.tenant.name, email },
    bank: {
      bankName: issuer.bankName,
      branch: issuer.bankBranch,
      accountType: issuer.bankAccountType === 'CURRENT' ? 'CURRENT' : 'ORDINARY',
      accountNumber: issuer.bankAccountNumber,
      accountHolder: issuer.bankAccountHolder,
    },
  }
  const isWithinLimit = purchase.totalYen <= (await creditLeft(tx, ctx, account))
  const invoice = await tx.invoice.create({
    data: {
      tenantId: ctx.tenantId,
      id: newId(),
      purchaseId: purchase.id,
      year,
      number,
      invoiceNumber,
      issuedOn: new Date(snapshot.issuedOn),
      dueOn: new Date(snapshot.dueOn),
      netYen: snapshot.netYen,
      taxYen: snapshot.taxYen,
      totalYen: snapshot.totalYen,
      recipientEmail: email,
      snapshot,
      createdAt: ctx.now,
    },
  })
  await recordChange(tx, ctx, {
    eventType: 'payments.invoice_issued',
    entityType: 'invoices',
    entityId: invoice.id,
    action: 'issue',
    after: { invoiceNumber, totalYen: invoice.totalYen, purchaseId: purchase.id },
  })
  await queueMail(tx, ctx, {
    kind: 'invoiceIssued',
    locale: ctx.locale,
    to: await invoiceRecipients(tx, ctx, invoice),
    dedupeKey: `invoice:${invoice.id}:issued`,
    path: '/settings/billing#invoices',
    attachment: { kind: 'invoice', id: invoice.id },
    values: {
      hotel: ctx.tenant.name,
      number: invoiceNumber,
      credits: purchase.creditsAmount,
      total: invoice.totalYen,
      dueDate: longDate(ctx.locale, snapshot.dueOn),
    },
  })
  const event = isWithinLimit ? 'invoice_issued_on_credit' : 'invoice_issued'
  const { outcome } = await applyNews(ctx, purchase.id, ownNews(event), 'api', tx)
  if (outcome !== 'APPLIED') throw new Error(`invoice of purchase ${purchase.id}: ${outcome}`)
  return invoice
}

/** @throws INVOICE_OVERDUE with the oldest one that blocks */
async function requireNotBlocked(tx: Transaction, ctx: Context): Promise<void> {
  const overdue = await blockingInvoice(tx, ctx)
  if (overdue) throw new AppError('INVOICE_OVERDUE', { invoiceNumber: overdue.invoiceNumber })
}

export async function blockingInvoice(tx: Transaction, ctx: Context): Promise<Invoice | null> {
  const today = dayOf(ctx.now, ctx.tenant.timeZone)
  const oldest = await tx.invoice.findFirst({
    where: { tenantId: ctx.tenantId, status: 'ISSUED' },
    orderBy: { dueOn: 'asc' },
  })
  if (!oldest) return null
  return daysBetween(oldest.dueOn.toISOString().slice(0, 10), today) > blockedAfterDays ? oldest : null
}

/** Without gaps: taken under a lock, in the transaction that uses it. */
async function nextNumber(tx: Transaction, ctx: Context, year: number): Promise<number> {
  const { lastNumber } = await tx.invoiceSequence.upsert({
    where: { tenantId_year: { tenantId: ctx.tenantId, year } },
    create: { tenantId: ctx.tenantId, year, lastNumber: 1 },
    update: { lastNumber: { increment: 1 } },
  })
  return lastNumber
}
