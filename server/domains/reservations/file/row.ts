import type { ImportField, ReservationStatus } from '#shared/schemas/reservations'
import { clean, readAmount, yenOf } from '#shared/utils/amounts'
import { addDays, daysBetween } from '#shared/utils/calendar'
import { firstCharacters } from '#shared/utils/text'
import * as cell from './cells'
import type { Columns } from './columns'

/** Why a row is refused: a key of the texts `reservations.reasons`. */
export type RowReason =
  | 'cells'
  | 'missing'
  | 'date'
  | 'impossibleDate'
  | 'number'
  | 'status'
  | 'flag'
  | 'departureBeforeArrival'
  | 'nightsDisagree'
  | 'amount'
  | 'tooLong'
  | 'numberTwice'

/** One row cannot be taken; the others can. */
export class RowRefusal extends Error {
  constructor(
    readonly reason: RowReason,
    /** The field whose column is at fault; null for the row as a whole. */
    readonly field: ImportField | null,
    readonly value: string,
  ) {
    super(reason)
    this.name = 'RowRefusal'
  }
}

/** A row understood, before it is a reservation of a hotel. */
export interface ReservationDraft {
  reservationNo: string | null
  arrivalDate: string
  departureDate: string
  nights: number
  adults: number
  children: number
  babies: number
  status: ReservationStatus
  bookedOn: string | null
  roomType: string | null
  marketSegment: string | null
  channel: string | null
  country: string | null
  meal: string | null
  customerType: string | null
  /** Exact decimal in the file's currency. */
  rate: string | null
  rateYen: number | null
}

export interface RowRules {
  columns: Columns
  /** Yen for one unit of the file's currency. */
  yenRate: number
  /** In the hotel's time zone: without a status, an arrival before it is one that came. */
  today: string
}

const maxGuests = 9_999
const maxNights = 3_650
const maxLeadTime = 36_500
const maxTextLength = 200
/** What the columns of the table hold. */
const maxRate = 9_999_999_999
const maxYen = 2_147_483_647

/** @throws RowRefusal */
export function readRow(cells: string[], rules: RowRules): ReservationDraft {
  const row = new Cells(cells, rules.columns)
  const arrivalDate = readArrival(row)
  const nights = readNights(row, arrivalDate)
  const rate = readRate(row)
  return {
    reservationNo: row.text('reservationNo'),
    arrivalDate,
    departureDate: addDays(arrivalDate, nights),
    nights,
    adults: row.count('adults', maxGuests) ?? 0,
    children: row.count('children', maxGuests) ?? 0,
    babies: row.count('babies', maxGuests) ?? 0,
    status: readRowStatus(row, arrivalDate, rules.today),
    bookedOn: readBookedOn(row, arrivalDate),
    roomType: row.text('roomType'),
    marketSegment: row.text('marketSegment'),
    channel: row.text('channel'),
    country: row.text('country'),
    meal: row.text('meal'),
    customerType: row.text('customerType'),
    rate,
    rateYen: rate === null ? null : toYen(rate, rules.yenRate, row),
  }
}

/** The cells of one row by what they mean. */
class Cells {
  constructor(
    private readonly cells: string[],
    private readonly columns: Columns,
  ) {}

  /** Null for a column that the file does not have, and for a cell that says "none". */
  get(field: ImportField): string | null {
    const index = this.columns[field]
    const value = index === undefined ? '' : clean(this.cells[index] ?? '')
    return cell.isNone(value) ? null : value
  }

  text(field: ImportField): string | null {
    const value = this.get(field)
    if (value !== null && value.length > maxTextLength)
      throw new RowRefusal('tooLong', field, firstCharacters(value, 40))
    return value
  }

  read<T>(field: ImportField, reason: RowReason, read: (value: string) => T | undefined): T | null {
    const value = this.get(field)
    if (value === null) return null
    const result = read(value)
    if (result === undefined) throw new RowRefusal(reason, field, value)
    return result
  }

  count(field: ImportField, max: number): number | null {
    return this.read(field, 'number', (value) => cell.readCount(value, max))
  }

  date(field: ImportField): string | null {
    const isImpossible = cell.isWrittenAsDate(this.get(field) ?? '')
    return this.read(field, isImpossible ? 'impossibleDate' : 'date', cell.readDate)
  }

  must<T>(value: T | null, field: ImportField): T {
    if (value === null) throw new RowRefusal('missing', field, '')
    return value
  }

  has(field: ImportField): boolean {
    return this.columns[field] !== undefined
  }
}

function readArrival(row: Cells): string {
  if (row.has('arrivalDate')) return row.must(row.date('arrivalDate'), 'arrivalDate')
  const year = row.must(row.read('arrivalYear', 'number', cell.readYear), 'arrivalYear')
  const month = row.must(row.read('arrivalMonth', 'number', cell.readMonth), 'arrivalMonth')
  const day = row.must(row.read('arrivalDay', 'number', cell.readDayOfMonth), 'arrivalDay')
  const date = cell.dateOf(year, month, day)
  if (!date) throw new RowRefusal('impossibleDate', 'arrivalDay', `${year}-${month}-${day}`)
  return date
}

function readNights(row: Cells, arrivalDate: string): number {
  const weekend = row.count('weekendNights', maxNights)
  const week = row.count('weekNights', maxNights)
  const given = row.count('nights', maxNights) ?? (weekend !== null && week !== null ? weekend + week : null)
  const departureDate = row.date('departureDate')
  if (departureDate === null)
    return row.must(given, row.has('nights') ? 'nights' : row.has('departureDate') ? 'departureDate' : 'weekNights')
  const nights = daysBetween(arrivalDate, departureDate)
  if (nights < 0) throw new RowRefusal('departureBeforeArrival', 'departureDate', departureDate)
  if (nights > maxNights) throw new RowRefusal('number', 'departureDate', departureDate)
  if (given !== null && given !== nights)
    throw new RowRefusal('nightsDisagree', row.has('nights') ? 'nights' : 'departureDate', String(given))
  return nights
}

function readRowStatus(row: Cells, arrivalDate: string, today: string): ReservationStatus {
  const status = row.read('status', 'status', cell.readStatus)
  if (status) return status
  const isCancelled = row.must(
    row.read('isCancelled', 'flag', cell.readFlag),
    row.has('status') ? 'status' : 'isCancelled',
  )
  if (isCancelled) return 'CANCELLED'
  return arrivalDate < today ? 'ARRIVED' : 'BOOKED'
}

function readBookedOn(row: Cells, arrivalDate: string): string | null {
  const bookedOn = row.date('bookedOn')
  const leadTime = row.count('leadTime', maxLeadTime)
  return bookedOn ?? (leadTime === null ? null : addDays(arrivalDate, -leadTime))
}

function readRate(row: Cells): string | null {
  return row.read('rate', 'amount', (value) => {
    const rate = readAmount(value)
    return rate === undefined || Math.abs(Number(rate)) > maxRate ? undefined : rate
  })
}

function toYen(rate: string, yenRate: number, row: Cells): number {
  const yen = yenOf(rate, yenRate)
  if (Math.abs(yen) > maxYen) throw new RowRefusal('amount', 'rate', row.get('rate') ?? '')
  return yen
}
