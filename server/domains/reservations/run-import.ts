import { z } from 'zod'
import { importMapping } from '#shared/schemas/reservations'
import type { Context } from '../../utils/context'
import type { Transaction } from '../../utils/db'
import { emitEvent } from '../../utils/outbox'
import { recordChange } from '../audit/record-audit'
import { FileRefusal } from './file/source'
import { surveyFile, type Survey } from './file/survey'
import { Cancelled, Progress } from './import-progress'
import { countThere, insertReservations } from './insert-reservations'
import { RowReader, type Counts, type KeptError } from './read-rows'
import { failureOf, type ImportFailure } from './refusals'

/** As long as half a million rows need on a small machine that is busy with other things. */
const transactionMs = 15 * 60_000
const lookAgainMs = 200

const settledMapping = importMapping.required({ currency: true, yenRate: true })
type Settled = z.infer<typeof settledMapping>

interface Work {
  importId: string
  dryRun: boolean
  mapping: Settled
  packed: Buffer
}

/**
 * Does a queued import: all its rows are committed together with its result, or none. Killed or stopped in the
 * middle, it may be run again from the start; undone in the middle, it leaves nothing.
 */
export async function runImport(ctx: Context, importId: string): Promise<void> {
  const work = await begin(ctx, importId)
  if (!work) return
  try {
    const survey = await surveyFile(work.packed, { mapping: work.mapping })
    await importRows(ctx, work, survey)
  } catch (error) {
    if (error instanceof FileRefusal) return fail(ctx, importId, failureOf(error))
    if (error instanceof Cancelled) return
    if (ctx.signal.aborted) await putBack(ctx, importId)
    throw error
  }
}

/** The server stops: until the next one takes it up, the import waits again. */
async function putBack(ctx: Context, importId: string): Promise<void> {
  await ctx.db.transaction((tx) =>
    tx.reservationImport.updateMany({
      where: { tenantId: ctx.tenantId, id: importId, status: 'running' },
      data: { status: 'queued', rowsRead: 0 },
    }),
  )
}

/** Ends an import whose attempts are used up. */
export async function abandonImport(ctx: Context, importId: string): Promise<void> {
  await fail(ctx, importId, { code: 'INTERNAL_ERROR', details: {} })
}

function begin(ctx: Context, importId: string): Promise<Work | null> {
  const where = { tenantId: ctx.tenantId, id: importId }
  return ctx.db.transaction(async (tx) => {
    const { count } = await tx.reservationImport.updateMany({
      where: { ...where, status: { in: ['queued', 'running'] } },
      data: { status: 'running', startedAt: ctx.now, rowsRead: 0, rowsTotal: null },
    })
    if (count === 0) return null
    const { dryRun, mapping } = await tx.reservationImport.findUniqueOrThrow({ where: { tenantId_id: where } })
    const file = await tx.reservationImportFile.findUniqueOrThrow({
      where: { tenantId_importId: { tenantId: ctx.tenantId, importId } },
    })
    return { importId, dryRun, mapping: settledMapping.parse(mapping), packed: Buffer.from(file.content) }
  })
}

async function importRows(ctx: Context, work: Work, survey: Survey): Promise<void> {
  const counts: Counts = { rowsRead: 0, imported: 0, skipped: 0, alreadyThere: 0, refused: 0 }
  const errors: KeptError[] = []
  const reader = new RowReader(ctx, work, survey, counts, errors)
  const progress = new Progress(ctx, work.importId, survey.rows, counts)
  try {
    await ctx.db.transaction(
      async (tx) => {
        await waitForTurn(tx, ctx, progress.signal)
        for await (const batch of reader.batches()) {
          progress.signal.throwIfAborted()
          const written = work.dryRun
            ? batch.length - (await countThere(tx, ctx, batch))
            : await insertReservations(tx, ctx, { importId: work.importId, currency: work.mapping.currency }, batch)
          counts.imported += written
          counts.alreadyThere += batch.length - written
        }
        progress.signal.throwIfAborted()
        await finish(tx, ctx, work, counts, errors)
      },
      { timeoutMs: transactionMs },
    )
  } catch (error) {
    // Whatever an aborted transaction says, the cause is why it was aborted.
    progress.signal.throwIfAborted()
    throw error
  } finally {
    progress.end()
  }
}

/** One import of a hotel at a time: two of the same file would wait for each other row by row, or deadlock. */
async function waitForTurn(tx: Transaction, ctx: Context, signal: AbortSignal): Promise<void> {
  for (;;) {
    const rows = await tx.$queryRaw<
      { ours: boolean }[]
    >`SELECT pg_try_advisory_xact_lock(hashtextextended(${`reservations.import ${ctx.tenantId}`}, 0)) AS ours`
    if (rows[0]?.ours) return
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs))
    signal.throwIfAborted()
  }
}

async function finish(
  tx: Transaction,
  ctx: Context,
  { importId, dryRun }: Work,
  counts: Counts,
  errors: KeptError[],
): Promise<void> {
  const where = { tenantId: ctx.tenantId, id: importId }
  const { count } = await tx.reservationImport.updateMany({
    where: { ...where, status: 'running' },
    data: {
      ...counts,
      rowsTotal: counts.rowsRead,
      status: 'completed',
      errors: errors.map((error) => ({ ...error })),
      finishedAt: new Date(),
    },
  })
  if (count === 0) throw new Cancelled()
  await tx.reservationImportFile.deleteMany({ where: { tenantId: ctx.tenantId, importId } })
  const result = { importId, dryRun, ...counts }
  await recordChange(tx, ctx, {
    eventType: 'reservations.imported',
    entityType: 'reservation_import',
    entityId: importId,
    action: 'import',
    after: result,
  })
  await emitEvent(tx, ctx, 'reservations.imported', result)
}

async function fail(ctx: Context, importId: string, failure: ImportFailure): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const { count } = await tx.reservationImport.updateMany({
      where: { tenantId: ctx.tenantId, id: importId, status: { in: ['queued', 'running'] } },
      data: { status: 'failed', failure: { ...failure }, finishedAt: new Date() },
    })
    if (count === 0) return
    await tx.reservationImportFile.deleteMany({ where: { tenantId: ctx.tenantId, importId } })
    await recordChange(tx, ctx, {
      eventType: 'reservations.import_failed',
      entityType: 'reservation_import',
      entityId: importId,
      action: 'import',
      after: { ...failure },
    })
    await emitEvent(tx, ctx, 'reservations.import_failed', { importId, code: failure.code })
  })
}
