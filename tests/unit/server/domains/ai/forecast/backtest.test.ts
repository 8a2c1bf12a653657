import { describe, expect, it, vi } from 'vitest'
import { backtest, backtestOrigins } from '../../../../../../server/domains/ai/forecast/backtest'
import { forecastDaily, forecastFrom } from '../../../../../../server/domains/ai/forecast/forecast-daily'
import { forecastDemand } from '../../../../../../server/domains/ai/forecast/forecast-demand'
import { PastForecasts } from '../../../../../../server/domains/ai/forecast/past-forecasts'
import { seasonalNaive } from '../../../../../../server/domains/ai/forecast/seasonal-naive'
import { NotEnoughHistoryError } from '../../../../../../server/domains/ai/forecast/types'
import { hotelSeries, processorTime, series } from './series'

vi.setConfig({ testTimeout: 60_000 })

describe('backtestOrigins', () => {
  const options = { stepWeeks: 4, maxOrigins: 8, minHistoryDays: 0 }

  it('lie four weeks apart and leave room for the horizon', () => {
    expect(backtestOrigins(200, 30, options)).toEqual([165, 137, 109, 81, 53])
  })

  it('leave four weeks of history at least', () => {
    expect(backtestOrigins(63, 30, options)).toEqual([28])
    expect(backtestOrigins(62, 30, options)).toEqual([])
  })

  it('keep to the newest', () => {
    expect(backtestOrigins(900, 90, { ...options, maxOrigins: 2 })).toEqual([809, 781])
  })
})

describe('backtest', () => {
  it.each([1, 20, 62])('has nothing to say after %d days', async (days) => {
    expect(await backtest(hotelSeries(days), { horizonDays: 30 })).toBeNull()
  })

  it('refuses an empty series as the forecast does', async () => {
    await expect(backtest(series([]), { horizonDays: 30 })).rejects.toBeInstanceOf(NotEnoughHistoryError)
  })

  it('compares the forecast of that day with what came', async () => {
    const all = hotelSeries(65)
    const result = await backtest(all, { horizonDays: 30, maxOrigins: 1 })
    const history = all.values.slice(0, 30)
    const { points } = await forecastDaily(series(history), { horizonDays: 30 })
    const naive = seasonalNaive(history, 30)
    const actual = all.values.slice(30, 60)
    const error = (at: (i: number) => number) =>
      actual.reduce((total, value, i) => total + Math.abs(value - at(i)), 0) / 30

    expect(result?.origins).toBe(1)
    expect(result?.mae).toBeCloseTo(
      error((i) => points[i]?.mean ?? 0),
      9,
    )
    expect(result?.seasonalNaiveMae).toBeCloseTo(
      error((i) => naive[i] ?? 0),
      9,
    )
  })

  it('has no ratio where the last week repeated is never wrong', async () => {
    const result = await backtest(series(Array.from({ length: 120 }, () => 0)), { horizonDays: 30 })
    expect(result).toMatchObject({ mae: 0, seasonalNaiveMae: 0, ratio: null, coverage: 1 })
  })

  it('leaves days on which the hotel was closed out of the error', async () => {
    const values = Array.from({ length: 140 }, (_, day) => (day >= 110 && day < 124 ? 0 : 50))
    const result = await backtest(series(values), { horizonDays: 30, maxOrigins: 1 })
    expect(result?.mae).toBeCloseTo(0, 3)
  })

  it('beats the last week repeated on a hotel with a season and chance', async () => {
    const result = await backtest(hotelSeries(600), { horizonDays: 30 })
    expect(result?.ratio).toBeLessThan(0.85)
    expect(result?.coverage).toBeGreaterThan(0.6)
  })
})

describe('no look into the future', () => {
  it.each([40, 300, 420])('a forecast from day %d ignores every later day', async (origin) => {
    const { values } = hotelSeries(500)
    const spoiled = values.map((value, day) => (day >= origin ? 9999 : value))
    const honest = await forecastFrom(new PastForecasts(series(values)), origin, 90)
    const tempted = await forecastFrom(new PastForecasts(series(spoiled)), origin, 90)
    expect(tempted).toEqual(honest)
  })

  it('holds when the later days were forecast from first', async () => {
    const { values } = hotelSeries(500)
    const used = new PastForecasts(series(values))
    await forecastFrom(used, 500, 90)
    const fresh = await forecastFrom(new PastForecasts(series(values.slice(0, 420))), 420, 90)
    expect(await forecastFrom(used, 420, 90)).toEqual(fresh)
  })
})

describe('forecastDemand', () => {
  it('is the forecast and the backtest in one', async () => {
    const twoYears = hotelSeries(609)
    const options = { horizonDays: 60 } as const
    const { backtest: tested, ...forecast } = await forecastDemand(twoYears, options)
    expect(forecast).toEqual(await forecastDaily(twoYears, options))
    expect(tested).toEqual(await backtest(twoYears, options))
  })

  it('answers within a request', async () => {
    const time = await processorTime(() => forecastDemand(hotelSeries(609), { horizonDays: 90 }))
    expect(time).toBeLessThan(2000)
  })
})
