import { parseDay } from './calendar'
import { InvalidSeriesError, NotEnoughHistoryError, type DailySeries } from './types'

/**
 * @returns the first day of the series, counted from 1970-01-01
 * @throws NotEnoughHistoryError, InvalidSeriesError
 */
export function checkSeries({ start, values }: DailySeries): number {
  const firstDay = parseDay(start)
  if (firstDay === null) throw new InvalidSeriesError(`"${start}" is not a date (YYYY-MM-DD).`)
  if (values.length === 0) throw new NotEnoughHistoryError(0, 1)
  const bad = values.findIndex((value) => !Number.isFinite(value) || value < 0)
  if (bad >= 0) {
    throw new InvalidSeriesError(`Value ${bad} is ${values[bad]}: a demand is finite and not negative.`)
  }
  return firstDay
}
