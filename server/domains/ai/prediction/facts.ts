/** What a forecast says, as figures: the words are made from these and from nothing else. */
import type { Backtest, ForecastPoint, PredictionOptions } from '#shared/schemas/ai'
import { addDays, daysBetween, weekdayOf } from '#shared/utils/calendar'

export interface PredictionFacts {
  metric: PredictionOptions['metric']
  from: string
  to: string
  dataUntil: string
  meanPerDay: number
  total: number
  /** 1 Monday … 7 Sunday; null where all days of the week are alike. */
  busiestWeekday: { weekday: number; meanPerDay: number } | null
  quietestWeekday: { weekday: number; meanPerDay: number } | null
  /** The same weekdays 52 weeks before, and the change in percent; null where the data does not reach back. */
  yearBefore: { meanPerDay: number; changePercent: number } | null
  peaks: { date: string; mean: number }[]
  /** Mean half-width of the 80% band. */
  bandHalfWidth: number
  backtest: Backtest | null
}

export interface Series {
  start: string
  values: readonly number[]
}

const daysInWeek = 7
const yearDays = 52 * daysInWeek
const peakDays = 3
/** Weekdays whose means differ by less than this share of the level are called alike. */
const alike = 0.1

export function factsOf(
  metric: PredictionFacts['metric'],
  series: Series,
  forecast: readonly ForecastPoint[],
  backtest: Backtest | null,
  dataUntil: string,
): PredictionFacts {
  const means = forecast.map((point) => point.mean)
  const meanPerDay = average(means)
  const from = forecast[0]?.date ?? dataUntil
  const week = weekdayMeans(forecast)
  const differs = (week.at(-1)?.meanPerDay ?? 0) - (week[0]?.meanPerDay ?? 0) > alike * meanPerDay
  return {
    metric,
    from,
    to: forecast.at(-1)?.date ?? from,
    dataUntil,
    meanPerDay: oneDecimal(meanPerDay),
    total: Math.round(means.reduce((sum, value) => sum + value, 0)),
    busiestWeekday: (differs && week.at(-1)) || null,
    quietestWeekday: (differs && week[0]) || null,
    yearBefore: yearBefore(series, from, forecast.length, meanPerDay),
    peaks: [...forecast]
      .sort((a, b) => b.mean - a.mean || a.date.localeCompare(b.date))
      .slice(0, peakDays)
      .map(({ date, mean }) => ({ date, mean: Math.round(mean) }))
      .sort((a, b) => a.date.localeCompare(b.date)),
    bandHalfWidth: oneDecimal(average(forecast.map(({ lower, upper }) => (upper - lower) / 2))),
    backtest,
  }
}

/** Means of the days of the week, the quietest first. */
function weekdayMeans(forecast: readonly ForecastPoint[]): { weekday: number; meanPerDay: number }[] {
  return Array.from({ length: daysInWeek }, (_, index) => {
    const days = forecast.filter(({ date }) => weekdayOf(date) === index + 1)
    return { weekday: index + 1, meanPerDay: oneDecimal(average(days.map(({ mean }) => mean))) }
  }).sort((a, b) => a.meanPerDay - b.meanPerDay)
}

function yearBefore(series: Series, from: string, days: number, meanPerDay: number): PredictionFacts['yearBefore'] {
  const begin = daysBetween(series.start, addDays(from, -yearDays))
  const values = begin < 0 ? [] : series.values.slice(begin, begin + days)
  const before = average(values)
  if (values.length < days || before === 0) return null
  return { meanPerDay: oneDecimal(before), changePercent: Math.round((meanPerDay / before - 1) * 100) }
}

const average = (values: readonly number[]) =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
const oneDecimal = (value: number) => Math.round(value * 10) / 10
