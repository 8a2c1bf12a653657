import type { Invoice, InvoicesResponse } from '#shared/schemas/payments'
import { idParams } from '#shared/schemas/common'
import { dayOf } from '#shared/utils/calendar'
import type { Prisma } from '../../../generated/prisma/client'
import type { Context } from '../../../utils/context'
import { decodeCursor, encodeCursor } from '../../../utils/cursor'

/** The hotel's invoices, newest first. */
export function listInvoices(ctx: Context, query: { cursor?: string; limit: number }): Promise<InvoicesResponse> {
  return ctx.db.read(async (tx) => {
    const rows = await tx.invoice.findMany({
      where: {
        tenantId: ctx.tenantId,
        // UUIDv7: the ids follow time.
        ...(query.cursor ? { id: { lt: decodeCursor(query.cursor, idParams).id } } : {}),
      },
      include: { purchase: { select: { creditsAmount: true, transactionId: true } } },
      orderBy: { id: 'desc' },
      take: query.limit + 1,
    })
    const shown = rows.slice(0, query.limit)
    const last = shown.at(-1)
    const today = dayOf(ctx.now, ctx.tenant.timeZone)
    return {
      invoices: shown.map((row) => presentInvoice(row, today)),
      nextCursor: rows.length > query.limit && last ? encodeCursor({ id: last.id }) : null,
    }
  })
}

type Row = Prisma.InvoiceGetPayload<{
  include: { purchase: { select: { creditsAmount: true; transactionId: true } } }
}>

/** @param today 'YYYY-MM-DD' where the hotel is: the day after the due date an invoice is overdue */
function presentInvoice(row: Row, today: string): Invoice {
  const dueOn = row.dueOn.toISOString().slice(0, 10)
  return {
    id: row.id,
    purchaseId: row.purchaseId,
    invoiceNumber: row.invoiceNumber,
    status: row.status === 'ISSUED' && dueOn < today ? 'OVERDUE' : (row.status as Invoice['status']),
    issuedOn: row.issuedOn.toISOString().slice(0, 10),
    dueOn,
    totalYen: row.totalYen,
    paidYen: row.paidYen,
    credits: row.purchase.creditsAmount,
    creditsGranted: row.purchase.transactionId !== null,
    paidAt: row.paidAt?.toISOString() ?? null,
  }
}
