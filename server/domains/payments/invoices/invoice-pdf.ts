import { invoiceSnapshot } from '#shared/schemas/payments'
import type { Context } from '../../../utils/context'
import { notFound } from '../../../utils/errors'
import { renderInvoice } from './render-invoice'

/** An invoice as a PDF, drawn from what was fixed when it was issued, and whether it still holds. */
export async function invoicePdf(ctx: Context, id: string): Promise<{ filename: string; content: Buffer }> {
  const row = await ctx.db.read((tx) =>
    tx.invoice.findUnique({ where: { tenantId_id: { tenantId: ctx.tenantId, id } } }),
  )
  if (!row) throw notFound()
  const content = await renderInvoice(invoiceSnapshot.parse(row.snapshot), { isVoid: row.status === 'VOID' })
  return { filename: `invoice-${row.invoiceNumber}.pdf`, content }
}
