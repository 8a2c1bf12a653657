import { addDays, daysBetween, lastDayOfMonth } from './calendar'

/** Days whose mean use is the pace that days left and the forecast are reckoned with; today is one of them. */
export const paceDays = 14

export interface DayOfUse {
  /** 'YYYY-MM-DD' in the tenant's time zone. */
  date: string
  credits: number
}

export interface UsageForecast {
  /** Credits a day: the mean of the last 14 days, days without use counting as 0. */
  pace: number
  /** Tomorrow to the end of the month, each at the pace; none on the last day of the month. */
  days: DayOfUse[]
  /** Credits from tomorrow to the end of the month, in whole credits. */
  total: number
}

/**
 * Use to be expected to the end of the month. A mean and no more: a hotel spends by what happens to it, and in
 * thirty days there is no season to be found.
 * @param daily days without a gap, the last one today
 */
export function forecastToMonthEnd(daily: DayOfUse[]): UsageForecast {
  const today = daily.at(-1)?.date
  if (!today) return { pace: 0, days: [], total: 0 }
  const recent = daily.slice(-paceDays)
  const pace = recent.reduce((sum, { credits }) => sum + credits, 0) / recent.length
  const remaining = daysBetween(today, lastDayOfMonth(today))
  const days = Array.from({ length: remaining }, (_, index) => ({ date: addDays(today, index + 1), credits: pace }))
  return { pace, days, total: Math.round(pace * remaining) }
}
