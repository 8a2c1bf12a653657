import type { ReservationImport } from '#shared/schemas/reservations'
import type { Context } from '../../utils/context'
import { notFound } from '../../utils/errors'
import { emitEvent } from '../../utils/outbox'
import { recordChange } from '../audit/record-audit'
import { getImport } from './get-import'

/**
 * Takes back exactly the reservations that an import added; one that is queued or running is stopped and leaves
 * nothing. What failed, only tried, or was undone before has nothing to take back and stays as it is.
 */
export async function undoImport(ctx: Context, importId: string): Promise<ReservationImport> {
  await ctx.db.transaction(
    async (tx) => {
      // Without keys, so as not to wait for a running import, whose rows hold on to this one's key.
      const [row] = await tx.$queryRaw<{ status: string; dry_run: boolean }[]>`
        SELECT status, dry_run FROM reservation_imports
         WHERE tenant_id = ${ctx.tenantId}::uuid AND id = ${importId}::uuid FOR NO KEY UPDATE`
      if (!row) throw notFound()
      const isOver = ['failed', 'undone'].includes(row.status) || (row.status === 'completed' && row.dry_run)
      if (isOver) return
      const { count } = await tx.reservation.deleteMany({ where: { tenantId: ctx.tenantId, importId } })
      await tx.reservationImportFile.deleteMany({ where: { tenantId: ctx.tenantId, importId } })
      await tx.reservationImport.updateMany({
        where: { tenantId: ctx.tenantId, id: importId },
        data: { status: 'undone', finishedAt: ctx.now },
      })
      const result = { importId, removed: count, before: row.status }
      await recordChange(tx, ctx, {
        eventType: 'reservations.import_undone',
        entityType: 'reservation_import',
        entityId: importId,
        action: 'undo',
        after: result,
      })
      await emitEvent(tx, ctx, 'reservations.import_undone', result)
    },
    { timeoutMs: 60_000 },
  )
  return getImport(ctx, importId)
}
