import type { AllocateBody, TransferOutcome } from '#shared/schemas/operator'
import type { Context } from '../../../utils/context'
import type { Database } from '../../../utils/db'
import { AppError, notFound } from '../../../utils/errors'
import { runOnce } from '../../../utils/idempotency'
import { recordChange } from '../../audit/record-audit'
import { bindTo } from './act-at'
import { lockInvoices, payInvoices, sumOf } from './allocate'

/**
 * Pays invoices of what is left of a recorded transfer.
 * @throws NOT_FOUND for no transfer or invoice; TRANSFER_SPENT, INVOICE_SETTLED when more would be allocated than there is
 */
export function allocateTransfer(
  ctx: Context,
  db: Database,
  input: { transferId: string; body: AllocateBody; idempotencyKey: string },
): Promise<TransferOutcome> {
  const { transferId, body } = input
  const request = { key: input.idempotencyKey, route: `operator/transfers/${transferId}/allocations`, body }
  return runOnce(ctx, request, (complete) =>
    ctx.db.transaction(async (tx) => {
      const payables = await lockInvoices(tx, body.allocations)
      await bindTo(tx, ctx.tenantId)
      const [transfer] = await tx.$queryRaw<{ amount_yen: number; allocated_yen: number }[]>`
        SELECT amount_yen, allocated_yen FROM bank_transfers
         WHERE tenant_id = ${ctx.tenantId}::uuid AND id = ${transferId}::uuid FOR UPDATE`
      if (!transfer) throw notFound()
      const leftYen = transfer.amount_yen - transfer.allocated_yen
      const askedYen = sumOf(body.allocations)
      if (askedYen > leftYen) throw new AppError('TRANSFER_SPENT', { leftYen, askedYen })
      const allocatedYen = transfer.allocated_yen + askedYen
      await tx.bankTransfer.update({
        where: { tenantId_id: { tenantId: ctx.tenantId, id: transferId } },
        data: { allocatedYen },
      })
      await recordChange(tx, ctx, {
        eventType: 'payments.transfer_allocated',
        entityType: 'bank_transfers',
        entityId: transferId,
        action: 'allocate',
        before: { allocatedYen: transfer.allocated_yen },
        after: { allocatedYen, ...body },
      })
      const invoices = await payInvoices(tx, ctx, db, { transferId, payables })
      const answer = { transferId, unallocatedYen: leftYen - askedYen, invoices }
      await bindTo(tx, ctx.tenantId)
      await complete(tx, answer)
      return answer
    }),
  )
}
