import { describe, expect, it } from 'vitest'
import { addDays } from '#shared/utils/calendar'
import { forecastToMonthEnd } from '#shared/utils/usage-forecast'

const daysTo = (last: string, credits: number[]) =>
  credits.map((used, index) => ({ date: addDays(last, index - credits.length + 1), credits: used }))

describe('forecastToMonthEnd', () => {
  it('carries the mean of the last 14 days to the last day of the month', () => {
    const daily = daysTo('2026-11-21', [...Array<number>(16).fill(100), ...Array<number>(13).fill(0), 28])
    const forecast = forecastToMonthEnd(daily)
    expect(forecast.pace).toBe(2)
    expect(forecast.days.map(({ date }) => date)).toEqual([
      '2026-11-22',
      '2026-11-23',
      '2026-11-24',
      '2026-11-25',
      '2026-11-26',
      '2026-11-27',
      '2026-11-28',
      '2026-11-29',
      '2026-11-30',
    ])
    expect(forecast.days.every(({ credits }) => credits === 2)).toBe(true)
    expect(forecast.total).toBe(18)
  })

  it.each([
    ['the last day of a month', '2026-11-30', 0],
    ['the day before the leap day', '2028-02-28', 1],
    ['the day before the end of an ordinary February', '2026-02-27', 1],
    ['New Year’s Eve', '2026-12-31', 0],
  ])('on %s there are as many days left as the calendar says', (_name, today, remaining) => {
    expect(forecastToMonthEnd(daysTo(today, Array<number>(30).fill(14))).days).toHaveLength(remaining)
  })

  it('expects nothing where nothing was used, and of an empty history', () => {
    expect(forecastToMonthEnd(daysTo('2026-11-01', Array<number>(30).fill(0))).total).toBe(0)
    expect(forecastToMonthEnd([])).toEqual({ pace: 0, days: [], total: 0 })
  })
})
