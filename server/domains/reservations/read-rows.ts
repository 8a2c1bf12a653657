import { dayOf } from '#shared/utils/calendar'
import { firstCharacters } from '#shared/utils/text'
import type { Context } from '../../utils/context'
import { Fingerprints } from './file/fingerprint'
import { readRow, RowRefusal, type RowRules } from './file/row'
import { csvRows, type Row } from './file/rows'
import { FileRefusal, unpack } from './file/source'
import { hotelLabelOf, type Survey } from './file/survey'
import type { NewReservation } from './insert-reservations'

/** Of the refused rows so many are kept; all are counted. */
const keptErrors = 10_000
const batchRows = 2_000

/** What of an import the rows are read by. */
interface ImportWork {
  mapping: { yenRate: number; hotelLabel?: string }
  packed: Buffer
}

/** A refused row as it is kept; the words are found when it is shown. */
export interface KeptError {
  line: number
  column: string | null
  reason: string
  value: string
}

export interface Counts {
  rowsRead: number
  imported: number
  skipped: number
  alreadyThere: number
  refused: number
}

/** Reads the file's rows into what is to be inserted; counts and lists the others. */
export class RowReader {
  private readonly fingerprints: Fingerprints
  private readonly rules: RowRules
  /** How the file calls this hotel, folded; null when all of its rows are this hotel's. */
  private readonly own: string | null
  /** How often each fingerprint has come so far. */
  private readonly occurrences = new Map<string, number>()

  /** @throws FileRefusal when the file holds several hotels and nobody has said which one this is */
  constructor(
    ctx: Context,
    private readonly work: ImportWork,
    private readonly survey: Survey,
    private readonly counts: Counts,
    private readonly errors: KeptError[],
  ) {
    this.own = ownLabel(survey, work.mapping.hotelLabel)
    this.fingerprints = new Fingerprints(survey.headings)
    this.rules = {
      columns: survey.columns,
      yenRate: work.mapping.yenRate,
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

function ownLabel({ columns, hotelLabels }: Survey, chosen: string | undefined): string | null {
  if (columns.hotel === undefined) return null
  if (chosen) return foldLabel(chosen)
  if (hotelLabels.length > 1) throw new FileRefusal('severalHotels', { labels: hotelLabels })
  return null
}

const foldLabel = (label: string) => label.normalize('NFKC').trim().toLowerCase()
