import { dateOf } from '../../reservations/file/cells'

/** The year before the first of each era. */
const eras: Record<string, number> = { R: 2018, 令和: 2018, 令: 2018, H: 1988, 平成: 1988, 平: 1988 }

const forms = [
  /^(?<era>R|令和|令|H|平成|平)?(?<year>\d{1,4}|元)(?<separator>[-/.])(?<month>\d{1,2})\k<separator>(?<day>\d{1,2})/,
  /^(?<era>R|令和|令|H|平成|平)?(?<year>\d{1,4}|元)年(?<month>\d{1,2})月(?<day>\d{1,2})日/,
  /^(?<era>R|令和|令|H|平成|平)?(?<year>\d{4}|\d{2})(?<month>\d{2})(?<day>\d{2})/,
]
/** A time or a day of the week may stand behind it. */
const behind = /^(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?(?:\s*\(.\))?$/

/**
 * 'YYYY-MM-DD' of 2026/11/21, 2026年11月21日, 20261121, R8.11.21, 令和8年11月21日, and of a year in two digits, 08/11/21 or
 * 261121: of Reiwa (which the association of banks prescribes) or western, whichever lies nearer to `today`. The two are
 * 18 years apart.
 */
export function readBankDate(text: string, today: string): string | undefined {
  const cell = text.normalize('NFKC').trim()
  for (const form of forms) {
    const match = form.exec(cell)
    if (!match?.groups || !behind.test(cell.slice(match[0].length))) continue
    const { era, year, month, day } = match.groups
    const dates = yearsOf(era, year === '元' ? 1 : Number(year), String(year).length).flatMap(
      (one) => dateOf(one, within(month, 12), within(day, 31)) ?? [],
    )
    return dates.sort((a, b) => distance(a, today) - distance(b, today))[0]
  }
  return undefined
}

function yearsOf(era: string | undefined, year: number, digits: number): number[] {
  if (era !== undefined) return [(eras[era] ?? 0) + year]
  if (digits === 4) return [year]
  return digits <= 2 ? [2018 + year, 2000 + year] : []
}

function within(text: string | undefined, most: number): number | undefined {
  const number = Number(text)
  return number >= 1 && number <= most ? number : undefined
}

const distance = (a: string, b: string) => Math.abs(Date.parse(a) - Date.parse(b))
