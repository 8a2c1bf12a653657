import { readDecimal } from '#shared/utils/amounts'
import { reservationStatuses, type ReservationStatus } from '#shared/schemas/reservations'

/** Pure readings of one cell. Each returns undefined for what it cannot mean; what is empty is asked before. */

const none = new Set(['', 'null', 'na', 'n/a', 'none', '-', '―', 'なし', '未定'])

export function isNone(cell: string): boolean {
  return none.has(cell.toLowerCase())
}

const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]

/** 7, 07, 7月, July, Jul → 7 */
export function readMonth(cell: string): number | undefined {
  const number = /^(\d{1,2})月?$/.exec(cell)?.[1]
  if (number !== undefined) return inRange(Number(number), 1, 12)
  const name = cell.toLowerCase().replace(/\.$/, '')
  const index =
    name.length < 3 ? -1 : months.findIndex((month) => month === name || (name.length <= 4 && month.startsWith(name)))
  return index < 0 ? undefined : index + 1
}

export function readYear(cell: string): number | undefined {
  const number = /^(\d{4})年?$/.exec(cell)?.[1]
  return number === undefined ? undefined : inRange(Number(number), 1900, 2200)
}

export function readDayOfMonth(cell: string): number | undefined {
  const number = /^(\d{1,2})日?$/.exec(cell)?.[1]
  return number === undefined ? undefined : inRange(Number(number), 1, 31)
}

/** Year first, or the month by name: 1/7/2016 could be two days, and is not guessed at. A time behind is left out. */
const dateForms: { form: RegExp; parts: (match: RegExpExecArray) => [year?: string, month?: string, day?: string] }[] =
  [
    {
      form: /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?(?:\s*\(.\))?$/,
      parts: ([, year, , month, day]) => [year, month, day],
    },
    { form: /^(\d{4})年(\d{1,2})月(\d{1,2})日(?:\s*\(.\))?$/, parts: ([, year, month, day]) => [year, month, day] },
    { form: /^(\d{4})(\d{2})(\d{2})$/, parts: ([, year, month, day]) => [year, month, day] },
    { form: /^(\d{1,2})[ -]([A-Za-z]{3,9})\.?[ -](\d{4})$/, parts: ([, day, month, year]) => [year, month, day] },
    { form: /^([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})$/, parts: ([, month, day, year]) => [year, month, day] },
  ]

/** 'YYYY-MM-DD' of 2016-07-01, 2016/7/1, 2016年7月1日, 20160701, 1 July 2016, July 1, 2016. */
export function readDate(cell: string): string | undefined {
  for (const { form, parts } of dateForms) {
    const match = form.exec(cell)
    if (!match) continue
    const [year, month, day] = parts(match)
    return dateOf(readYear(year ?? ''), readMonth(month ?? ''), readDayOfMonth(day ?? ''))
  }
  return undefined
}

/** Whether a cell is written as a date, also as one that no calendar has. */
export const isWrittenAsDate = (cell: string): boolean => dateForms.some(({ form }) => form.test(cell))

/** Undefined for a day that no calendar has. */
export function dateOf(
  year: number | undefined,
  month: number | undefined,
  day: number | undefined,
): string | undefined {
  if (year === undefined || month === undefined || day === undefined) return undefined
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/** A whole number from 0 to `max`, also as 2.0, 1,200, 2名, 3泊. */
export function readCount(cell: string, max: number): number | undefined {
  const number = readDecimal(cell.replace(/\s*[名人泊日室]$/, ''))
  if (number === undefined || !/^\d+$/.test(number)) return undefined
  return inRange(Number(number), 0, max)
}

/** 1, true, yes, はい, 済 → true */
export function readFlag(cell: string): boolean | undefined {
  const word = cell.toLowerCase()
  if (['1', 'true', 'yes', 'y', 'はい', '有', 'あり', '済', '○', 'キャンセル', '取消'].includes(word)) return true
  if (['0', 'false', 'no', 'n', 'いいえ', '無', 'なし', '×'].includes(word)) return false
  return undefined
}

const statusWords: Record<ReservationStatus, string[]> = {
  ARRIVED: [
    'checkout',
    'checkedout',
    'checkin',
    'checkedin',
    'arrived',
    'inhouse',
    'departed',
    'stayed',
    'completed',
    'チェックアウト',
    'チェックアウト済',
    'チェックイン',
    'チェックイン済',
    '宿泊',
    '宿泊済',
    '宿泊済み',
    '滞在中',
    '到着',
    '到着済',
    '来館',
    '来館済',
    '利用済',
    '出発済',
    '退室',
    '退室済',
  ],
  CANCELLED: [
    'canceled',
    'cancelled',
    'cancel',
    'cancellation',
    'キャンセル',
    'キャンセル済',
    '取消',
    '取消済',
    '取り消し',
    '取消し',
  ],
  NO_SHOW: ['noshow', 'ノーショー', 'ノーショウ', '不泊', '無断不泊', '無断キャンセル', '未着'],
  BOOKED: [
    'booked',
    'booking',
    'confirmed',
    'reserved',
    'open',
    'new',
    'tentative',
    '予約',
    '予約済',
    '予約済み',
    '予約中',
    '確定',
    '予約確定',
    '仮予約',
    '受付',
    '受付済',
  ],
}
const statusOfWord = new Map(
  reservationStatuses.flatMap((status) => statusWords[status].map((word) => [word, status] as const)),
)

export function readStatus(cell: string): ReservationStatus | undefined {
  return statusOfWord.get(cell.toLowerCase().replaceAll(/[\s\-_]/g, ''))
}

function inRange(value: number, min: number, max: number): number | undefined {
  return value >= min && value <= max ? value : undefined
}
