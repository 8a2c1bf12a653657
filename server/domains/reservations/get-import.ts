import { z } from 'zod'
import { importMapping, importStatus, type ImportError, type ReservationImport } from '#shared/schemas/reservations'
import type { ReservationImport as Row } from '../../generated/prisma/client'
import type { Context } from '../../utils/context'
import { byteOrderMark, csvLine } from '../../utils/csv'
import type { Transaction } from '../../utils/db'
import { notFound } from '../../utils/errors'
import { text } from '../../utils/texts'
import { namesOf } from '../identity/people'
import { failureMessage, type ImportFailure } from './refusals'
import type { KeptError } from './read-rows'

const shownErrors = 200
const listed = 20

const keptErrors = z.array(
  z.object({ line: z.number(), column: z.string().nullable(), reason: z.string(), value: z.string() }),
)
const failure = z.object({
  code: z.enum(['INVALID_FILE', 'INTERNAL_ERROR']),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])),
}) satisfies z.ZodType<ImportFailure>

export function getImport(ctx: Context, importId: string): Promise<ReservationImport> {
  return ctx.db.read(async (tx) => {
    const row = await tx.reservationImport.findUnique({
      where: { tenantId_id: { tenantId: ctx.tenantId, id: importId } },
      omit: { errors: true },
    })
    if (!row) throw notFound()
    const names = await namesOf(tx, row.userId ? [row.userId] : [])
    return present(ctx, row, await readErrors(tx, ctx, importId, shownErrors), names)
  })
}

/** The last imports, newest first, without their errors. */
export function listImports(ctx: Context): Promise<ReservationImport[]> {
  return ctx.db.read(async (tx) => {
    const rows = await tx.reservationImport.findMany({
      where: { tenantId: ctx.tenantId },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: listed,
      omit: { errors: true },
    })
    const names = await namesOf(
      tx,
      rows.flatMap((row) => row.userId ?? []),
    )
    return rows.map((row) => present(ctx, row, [], names))
  })
}

/** All kept errors of an import as the lines of a CSV file, in the user's language. */
export async function importErrorsCsv(ctx: Context, importId: string): Promise<string> {
  const errors = await ctx.db.read(async (tx) => {
    const row = await tx.reservationImport.findUnique({
      where: { tenantId_id: { tenantId: ctx.tenantId, id: importId } },
      select: { errors: true },
    })
    if (!row) throw notFound()
    return keptErrors.parse(row.errors)
  })
  const headings = ['line', 'column', 'value', 'reason'].map((column) =>
    text(ctx.locale, `reservations.errorsCsv.${column}`),
  )
  return [
    byteOrderMark,
    csvLine(headings),
    ...errors.map((error) => csvLine([error.line, error.column, error.value, reasonOf(ctx, error)])),
  ].join('')
}

/** The first so many, without reading the rest. */
async function readErrors(tx: Transaction, ctx: Context, importId: string, count: number): Promise<ImportError[]> {
  const [row] = await tx.$queryRaw<{ errors: unknown }[]>`
    SELECT jsonb_path_query_array(errors, ${`$[0 to ${count - 1}]`}::jsonpath) AS errors
      FROM reservation_imports WHERE tenant_id = ${ctx.tenantId}::uuid AND id = ${importId}::uuid`
  return keptErrors
    .parse(row?.errors ?? [])
    .map((error) => ({ line: error.line, column: error.column, reason: reasonOf(ctx, error) }))
}

const reasonOf = (ctx: Context, { reason, value }: KeptError) =>
  text(ctx.locale, `reservations.reasons.${reason}`, { value })

function present(
  ctx: Context,
  row: Omit<Row, 'errors'>,
  errors: ImportError[],
  names: Map<string, string>,
): ReservationImport {
  // One row that an older version kept otherwise must not hide all the others.
  const failed = failure.nullable().catch({ code: 'INTERNAL_ERROR', details: {} }).parse(row.failure)
  return {
    id: row.id,
    status: importStatus.parse(row.status),
    fileName: row.fileName,
    dryRun: row.dryRun,
    rowsTotal: row.rowsTotal,
    rowsRead: row.rowsRead,
    imported: row.imported,
    skipped: row.skipped,
    alreadyThere: row.alreadyThere,
    refused: row.refused,
    errors,
    failure: failed && { code: failed.code, message: failureMessage(ctx.locale, failed) },
    mapping: importMapping.nullable().catch(null).parse(row.mapping),
    user: row.userId ? { id: row.userId, name: names.get(row.userId) ?? '' } : null,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  }
}
