import type { VoidInvoiceBody, VoidInvoiceResponse } from '#shared/schemas/operator'
import type { Context } from '../../../utils/context'
import type { Database } from '../../../utils/db'
import { AppError, notFound } from '../../../utils/errors'
import { runOnce } from '../../../utils/idempotency'
import { emitEvent } from '../../../utils/outbox'
import { defaultLocale } from '../../../utils/texts'
import { recordChange } from '../../audit/record-audit'
import { queueMail } from '../../mail/queue-mail'
import { applyNews, ownNews } from '../apply-payment'
import { invoiceRecipients } from '../invoices/invoice-recipients'
import { actAtHotel, bindTo } from './act-at'

/**
 * Takes back an invoice nothing was paid of and no credits were granted for; its purchase is canceled, its number
 * stays used, and whoever got it is told.
 * @throws NOT_FOUND, INVOICE_NOT_VOIDABLE for any other one
 */
export async function voidInvoice(
  ctx: Context,
  db: Database,
  input: { tenantId: string; id: string; body: VoidInvoiceBody; idempotencyKey: string },
): Promise<VoidInvoiceResponse> {
  const { tenantId, id, body } = input
  const at = await actAtHotel(ctx, db, tenantId)
  const request = { key: input.idempotencyKey, route: `operator/hotels/${tenantId}/invoices/${id}/void`, body }
  return runOnce(ctx, request, (complete) =>
    at.db.transaction(async (tx) => {
      // The invoice before its purchase, as whoever pays it does.
      await tx.$queryRaw`SELECT FROM invoices WHERE tenant_id = ${tenantId}::uuid AND id = ${id}::uuid FOR UPDATE`
      const invoice = await tx.invoice.findUnique({ where: { tenantId_id: { tenantId, id } } })
      if (!invoice) throw notFound()
      const { invoiceNumber, purchaseId } = invoice
      if (invoice.status !== 'ISSUED' || invoice.paidYen > 0)
        throw new AppError('INVOICE_NOT_VOIDABLE', { invoiceNumber })
      const { outcome } = await applyNews(at, purchaseId, ownNews('invoice_voided'), 'operator', tx)
      if (outcome !== 'APPLIED') throw new AppError('INVOICE_NOT_VOIDABLE', { invoiceNumber })
      await tx.invoice.update({ where: { tenantId_id: { tenantId, id } }, data: { status: 'VOID' } })
      await recordChange(tx, at, {
        eventType: 'payments.invoice_voided',
        entityType: 'invoices',
        entityId: id,
        action: 'void',
        before: { status: 'ISSUED' },
        after: { status: 'VOID', invoiceNumber, reason: body.reason },
      })
      await emitEvent(tx, at, 'payments.invoice_voided', { invoiceId: id, invoiceNumber })
      await queueMail(tx, at, {
        kind: 'invoiceVoided',
        locale: defaultLocale,
        to: await invoiceRecipients(tx, at, invoice),
        dedupeKey: `invoice:${id}:voided`,
        path: '/settings/billing#invoices',
        values: { hotel: at.tenant.name, number: invoiceNumber, total: invoice.totalYen },
      })
      await bindTo(tx, ctx.tenantId)
      await complete(tx, { invoiceNumber })
      return { invoiceNumber }
    }),
  )
}
