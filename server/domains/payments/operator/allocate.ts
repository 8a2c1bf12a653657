import type { Allocation, TransferOutcome } from '#shared/schemas/operator'
import type { Context } from '../../../utils/context'
import { userIdOf } from '../../../utils/context'
import type { Database, Transaction } from '../../../utils/db'
import { AppError, notFound } from '../../../utils/errors'
import { newId } from '../../../utils/ids'
import { emitEvent } from '../../../utils/outbox'
import { recordChange } from '../../audit/record-audit'
import { applyNews, ownNews } from '../apply-payment'
import { actAt, bindTo } from './act-at'

/** An invoice whose row is ours until the transaction ends, and how much of the transfer goes to it. */
export interface Payable {
  tenantId: string
  hotelName: string
  timeZone: string
  id: string
  invoiceNumber: string
  purchaseId: string
  openYen: number
  paidYen: number
  amountYen: number
}

interface InvoiceRow {
  id: string
  invoice_number: string
  purchase_id: string
  status: 'ISSUED' | 'PAID' | 'VOID'
  total_yen: number
  paid_yen: number
  hotel_name: string
  time_zone: string
}

/**
 * Locks what is to be paid. The order is the same for everyone who issues, pays or voids: hotel by hotel its billing
 * account and its invoices by id, then the transfer, then each invoice's purchase and credit account; so nobody waits
 * for somebody who waits for them.
 * Leaves the transaction bound to the last hotel.
 * @throws NOT_FOUND for no invoice, INVOICE_SETTLED when one has less open than it would be given
 */
export async function lockInvoices(tx: Transaction, allocations: Allocation[]): Promise<Payable[]> {
  const payables: Payable[] = []
  for (const tenantId of [...new Set(allocations.map((one) => one.tenantId))].sort()) {
    const here = allocations.filter((one) => one.tenantId === tenantId)
    await bindTo(tx, tenantId)
    // Whoever is buying by invoice holds the credit account's row already, and would want more of it.
    await tx.$queryRaw`SELECT FROM billing_accounts WHERE tenant_id = ${tenantId}::uuid FOR UPDATE`
    const rows = await tx.$queryRaw<InvoiceRow[]>`
      SELECT i.id, i.invoice_number, i.purchase_id, i.status, i.total_yen, i.paid_yen, t.name AS hotel_name, t.time_zone
        FROM invoices i JOIN tenants t ON t.id = i.tenant_id
       WHERE i.tenant_id = ${tenantId}::uuid AND i.id = ANY (${here.map((one) => one.invoiceId)}::uuid[])
       ORDER BY i.id FOR UPDATE OF i`
    if (rows.length !== here.length) throw notFound()
    for (const row of rows) payables.push(payable(tenantId, row, here))
  }
  return payables
}

function payable(tenantId: string, row: InvoiceRow, allocations: Allocation[]): Payable {
  const amountYen = allocations.find((one) => one.invoiceId === row.id)?.amountYen ?? 0
  const openYen = row.status === 'ISSUED' ? row.total_yen - row.paid_yen : 0
  if (amountYen > openYen)
    throw new AppError('INVOICE_SETTLED', { invoiceNumber: row.invoice_number, openYen, tenantId, invoiceId: row.id })
  return {
    tenantId,
    hotelName: row.hotel_name,
    timeZone: row.time_zone,
    id: row.id,
    invoiceNumber: row.invoice_number,
    purchaseId: row.purchase_id,
    openYen,
    paidYen: row.paid_yen,
    amountYen,
  }
}

/** Writes what a transfer pays of each locked invoice; one that is wholly paid completes its purchase and grants its credits. */
export async function payInvoices(
  tx: Transaction,
  ctx: Context,
  db: Database,
  input: { transferId: string; payables: Payable[] },
): Promise<TransferOutcome['invoices']> {
  const outcomes: TransferOutcome['invoices'] = []
  for (const one of input.payables) {
    const openYen = one.openYen - one.amountYen
    const isPaid = openYen === 0
    const at = actAt(ctx, db, { id: one.tenantId, name: one.hotelName, timeZone: one.timeZone })
    await bindTo(tx, one.tenantId)
    await tx.invoicePayment.create({
      data: {
        tenantId: one.tenantId,
        id: newId(),
        invoiceId: one.id,
        transferId: input.transferId,
        amountYen: one.amountYen,
        recordedBy: userIdOf(ctx),
        createdAt: ctx.now,
      },
    })
    await tx.invoice.update({
      where: { tenantId_id: { tenantId: one.tenantId, id: one.id } },
      data: {
        paidYen: one.paidYen + one.amountYen,
        ...(isPaid ? { status: 'PAID', paidAt: ctx.now } : {}),
      },
    })
    const facts = { invoiceNumber: one.invoiceNumber, amountYen: one.amountYen, openYen }
    await recordChange(tx, at, {
      eventType: isPaid ? 'payments.invoice_paid' : 'payments.invoice_partly_paid',
      entityType: 'invoices',
      entityId: one.id,
      action: 'allocate',
      before: { openYen: one.openYen },
      after: { ...facts, transferId: input.transferId },
    })
    await emitEvent(tx, at, isPaid ? 'payments.invoice_paid' : 'payments.invoice_partly_paid', {
      invoiceId: one.id,
      ...facts,
    })
    outcomes.push({
      hotel: { tenantId: one.tenantId, name: one.hotelName },
      invoiceId: one.id,
      invoiceNumber: one.invoiceNumber,
      openYen,
      creditsGranted: isPaid ? await complete(tx, at, one.purchaseId) : 0,
    })
  }
  return outcomes
}

/** @returns how many credits came with it: none where they were granted on credit before */
async function complete(tx: Transaction, at: Context, purchaseId: string): Promise<number> {
  const where = { tenantId_id: { tenantId: at.tenantId, id: purchaseId } }
  const before = await tx.creditPurchase.findUniqueOrThrow({ where })
  const { outcome } = await applyNews(at, purchaseId, ownNews('transfer_received'), 'operator', tx)
  if (outcome !== 'APPLIED') throw new Error(`purchase ${purchaseId} does not take its transfer: ${outcome}`)
  return before.transactionId ? 0 : before.creditsAmount
}

export const sumOf = (allocations: { amountYen: number }[]) =>
  allocations.reduce((sum, { amountYen }) => sum + amountYen, 0)
