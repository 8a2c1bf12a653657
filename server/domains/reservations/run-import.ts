import { z } from 'zod'
import { importMapping } from '#shared/schemas/reservations'
import { dayOf } from '#shared/utils/calendar'
import { firstCharacters } from '#shared/utils/text'
import { Prisma } from '../../generated/prisma/client'
import type { Context } from '../../utils/context'
import type { Transaction } from '../../utils/db'
import { emitEvent } from '../../utils/outbox'
import { recordChange } from '../audit/record-audit'
import { Fingerprints } from './file/fingerprint'
import { readRow, RowRefusal, type RowRules } from './file/row'
import { csvRows, type Row } from './file/rows'
import { FileRefusal, unpack } from './file/source'
import { hotelLabelOf, surveyFile, type Survey } from './file/survey'
import { countThere, insertReservations, type NewReservation } from './insert-reservations'
import { failureOf, type ImportFailure } from './refusals'

/** Of the refused rows so many are kept; all are counted. */
const keptErrors = 10_000
const batchRows = 2_000
const progressMs = 500
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

/** A refused row as it is kept; the words are found when it is shown. */
export interface KeptError {
  line: number
  column: string | null
  reason: string
  value: string
}

interface Counts {
  rowsRead: number
  imported: number
  skipped: number
  alreadyThere: number
  refused: number
}

/** Undone while it ran: nothing is left to do. */
class Cancelled extends Error {}

/**
 * Does a queued import: all its rows are committed together with its result, or none. Killed or stopped in the
 * middle, it may be run again from the start; undone in the middle, it leaves nothing.
 */
export async function runImport(ctx: Context, importId: string): Promise<void> {
  const work = await begin(ctx, importId)
  if (!work) return
  try {
    const survey = await surveyFile(work.packed, { mapping: work.mapping })
    const own = ownLabel(survey, work.mapping.hotelLabel)
    await importRows(ctx, work, survey, own)
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

/**
 * How the file calls this hotel, folded; null when all of its rows are this hotel's.
 * @throws FileRefusal when it holds several hotels and nobody has said which one this is
 */
function ownLabel({ columns, hotelLabels }: Survey, chosen: string | undefined): string | null {
  if (columns.hotel === undefined) return null
  if (chosen) return foldLabel(chosen)
  if (hotelLabels.length > 1) throw new FileRefusal('severalHotels', { labels: hotelLabels })
  return null
}

const foldLabel = (label: string) => label.normalize('NFKC').trim().toLowerCase()

async function importRows(ctx: Context, work: Work, survey: Survey, own: string | null): Promise<void> {
  const counts: Counts = { rowsRead: 0, imported: 0, skipped: 0, alreadyThere: 0, refused: 0 }
  const errors: KeptError[] = []
  const progress = new Progress(ctx, work.importId, survey.rows, counts)
  try {
    await ctx.db.transaction(
      async (tx) => {
        await waitForTurn(tx, ctx, progress.signal)
        const reader = new RowReader(ctx, work, survey, own, counts, errors)
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

/** Reads the file's rows into what is to be inserted; counts and lists the others. */
class RowReader {
  private readonly fingerprints: Fingerprints
  private readonly rules: RowRules
  /** How often each fingerprint has come so far. */
  private readonly occurrences = new Map<string, number>()

  constructor(
    ctx: Context,
    private readonly work: Work,
    private readonly survey: Survey,
    private readonly own: string | null,
    private readonly counts: Counts,
    private readonly errors: KeptError[],
  ) {
    this.fingerprints = new Fingerprints(survey.headings)
    this.rules = {
      columns: survey.columns,
      yenRate: new Prisma.Decimal(work.mapping.yenRate),
      today: dayOf(ctx.now, ctx.tenant.timeZone),
    }
  }

  async *batches(): AsyncGenerator<NewReservation[]> {
    let batch: NewReservation[] = []
    let isHeading = true
    for await (const row of csvRows(unpack(this.work.packed), this.survey.encoding)) {
      if (isHeading) {
        isHeading = false
        continue
      }
      this.counts.rowsRead += 1
      const reservation = this.read(row)
      if (reservation) batch.push(reservation)
      if (batch.length < batchRows) continue
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
  }

  private read({ line, cells }: Row): NewReservation | null {
    if (this.own !== null && foldLabel(hotelLabelOf(cells, this.survey.columns)) !== this.own) {
      this.counts.skipped += 1
      return null
    }
    try {
      return this.recognise(cells)
    } catch (error) {
      if (!(error instanceof RowRefusal)) throw error
      this.counts.refused += 1
      const column = error.field === null ? undefined : this.survey.columns[error.field]
      if (this.errors.length < keptErrors) {
        this.errors.push({
          line,
          column: column === undefined ? null : (this.survey.headings[column] ?? null),
          reason: error.reason,
          value: firstCharacters(error.value, 100),
        })
      }
      return null
    }
  }

  private recognise(cells: string[]): NewReservation {
    const { headings } = this.survey
    if (cells.length < headings.length || cells.slice(headings.length).some((cell) => cell.trim() !== '')) {
      throw new RowRefusal('cells', null, String(cells.length))
    }
    const draft = readRow(cells, this.rules)
    const { reservationNo } = draft
    const fingerprint =
      reservationNo === null ? this.fingerprints.ofRow(cells) : this.fingerprints.ofNumber(reservationNo)
    const occurrence = (this.occurrences.get(fingerprint) ?? 0) + 1
    if (reservationNo !== null && occurrence > 1) throw new RowRefusal('numberTwice', 'reservationNo', reservationNo)
    this.occurrences.set(fingerprint, occurrence)
    return { ...draft, fingerprint, occurrence }
  }
}

/** Tells how far the import is, outside its transaction, and hears there whether it was undone. */
class Progress {
  readonly signal: AbortSignal
  private readonly cancelled = new AbortController()
  private readonly timer: NodeJS.Timeout
  private isTelling = false

  constructor(
    private readonly ctx: Context,
    private readonly importId: string,
    private readonly rowsTotal: number,
    private readonly counts: Counts,
  ) {
    this.signal = AbortSignal.any([ctx.signal, this.cancelled.signal])
    this.timer = setInterval(() => void this.tell(), progressMs)
  }

  end(): void {
    clearInterval(this.timer)
  }

  private async tell(): Promise<void> {
    if (this.isTelling) return
    this.isTelling = true
    try {
      const { count } = await this.ctx.db.transaction((tx) =>
        tx.reservationImport.updateMany({
          where: { tenantId: this.ctx.tenantId, id: this.importId, status: 'running' },
          data: { rowsRead: this.counts.rowsRead, rowsTotal: this.rowsTotal },
        }),
      )
      if (count === 0) this.cancelled.abort(new Cancelled())
    } catch {
      // Only the bar stands still for a moment; the import itself says what is wrong with the database.
    } finally {
      this.isTelling = false
    }
  }
}
