import { daysBetween } from '#shared/utils/calendar'

export interface DayValue {
  day: string
  value: number
}

/** One value for each day from `from` to `to`, both included; 0 where nothing is given. Days outside are left out. */
export function fillDays(given: DayValue[], from: string, to: string): number[] {
  const days = Math.max(0, daysBetween(from, to) + 1)
  const values = new Array<number>(days).fill(0)
  for (const { day, value } of given) {
    const index = daysBetween(from, day)
    if (index >= 0 && index < days) values[index] = value
  }
  return values
}

/** [1, 2, -1] → [1, 3, 2] */
export function runningTotals(changes: number[]): number[] {
  let total = 0
  return changes.map((change) => (total += change))
}
