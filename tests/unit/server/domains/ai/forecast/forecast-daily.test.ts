import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { forecastDaily } from '../../../../../../server/domains/ai/forecast/forecast-daily'
import {
  InvalidSeriesError,
  NotEnoughHistoryError,
  type DailyForecast,
  type HorizonDays,
} from '../../../../../../server/domains/ai/forecast/types'
import { hotelSeries, meanOf, processorTime, randomNumbers, series } from './series'

vi.setConfig({ testTimeout: 60_000 })

const meanForecast = ({ points }: DailyForecast) => meanOf(points.map(({ mean }) => mean))

function expectSound({ points }: DailyForecast, horizonDays: HorizonDays): void {
  expect(points).toHaveLength(horizonDays)
  for (const { mean, lower, upper } of points) {
    expect(Number.isFinite(upper)).toBe(true)
    expect(lower).toBeGreaterThanOrEqual(0)
    expect(mean).toBeGreaterThanOrEqual(lower)
    expect(upper).toBeGreaterThanOrEqual(mean)
  }
}

describe('what it refuses', () => {
  it('no day at all, and says how many are needed', async () => {
    const failure = forecastDaily(series([]), { horizonDays: 30 })
    await expect(failure).rejects.toBeInstanceOf(NotEnoughHistoryError)
    await expect(failure).rejects.toMatchObject({ daysGiven: 0, daysNeeded: 1 })
  })

  it.each([
    ['a negative day', series([3, -1])],
    ['a day that is not a number', series([3, Number.NaN])],
    ['an endless day', series([3, Number.POSITIVE_INFINITY])],
    ['a start that is no date', series([3, 4], '2023-02-29')],
  ])('%s', async (_, bad) => {
    await expect(forecastDaily(bad, { horizonDays: 30 })).rejects.toBeInstanceOf(InvalidSeriesError)
  })

  it('work that was aborted', async () => {
    const controller = new AbortController()
    const running = forecastDaily(hotelSeries(600), { horizonDays: 90, signal: controller.signal })
    controller.abort(new Error('the guest left'))
    await expect(running).rejects.toThrow('the guest left')
  })
})

describe('any history', () => {
  it.each([1, 2, 6, 7, 8, 13, 14, 15, 20, 28, 29, 60, 363, 364, 365, 366, 371, 372, 730])(
    'of %d days gives finite, ordered bands',
    async (days) => expectSound(await forecastDaily(hotelSeries(days), { horizonDays: 90 }), 90),
  )

  it('of ten years fits into a request', async () => {
    const time = await processorTime(async () =>
      expectSound(await forecastDaily(hotelSeries(3653), { horizonDays: 90 }), 90),
    )
    expect(time).toBeLessThan(2000)
  })

  it.each([1, 13, 50, 500])('of %d empty days forecasts nothing', async (days) => {
    const { points } = await forecastDaily(series(Array.from({ length: days }, () => 0)), {
      horizonDays: 30,
    })
    expect(points.every(({ mean, lower }) => mean === 0 && lower === 0)).toBe(true)
  })

  it.each([10, 100, 500])('of %d equal days forecasts the same', async (days) => {
    const { points } = await forecastDaily(series(Array.from({ length: days }, () => 42)), {
      horizonDays: 30,
    })
    for (const { mean } of points) expect(mean).toBeCloseTo(42, 3)
  })

  it('of whatever shape is forecast soundly', async () => {
    const demand = fc.oneof(fc.constant(0), fc.nat(300), fc.double({ min: 0, max: 1e9, noNaN: true }))
    await fc.assert(
      fc.asyncProperty(fc.array(demand, { minLength: 1, maxLength: 120 }), async (values) => {
        expectSound(await forecastDaily(series(values), { horizonDays: 60 }), 60)
      }),
      { numRuns: 40, seed: 20_241_121 },
    )
  })
})

describe('dates', () => {
  it.each([
    ['over a leap day', '2024-02-20', 8, '2024-02-28', '2024-02-29'],
    ['over the end of a common February', '2023-02-20', 8, '2023-02-28', '2023-03-01'],
    ['over the end of a year', '2023-12-01', 30, '2023-12-31', '2024-01-01'],
  ])('%s', async (_, start, days, first, second) => {
    const { points } = await forecastDaily(series(hotelSeries(days).values, start), { horizonDays: 30 })
    expect(points.slice(0, 2).map(({ date }) => date)).toEqual([first, second])
  })

  it('are consecutive', async () => {
    const { points } = await forecastDaily(hotelSeries(40), { horizonDays: 90 })
    const times = points.map(({ date }) => Date.parse(date))
    expect(times.slice(1).every((time, i) => time - (times[i] ?? 0) === 86_400_000)).toBe(true)
  })
})

describe('what it learns', () => {
  it('the shape of the week', async () => {
    const week = [10, 10, 10, 10, 30, 50, 20]
    const values = Array.from({ length: 20 * 7 }, (_, i) => week[i % 7] ?? 0)
    const { points } = await forecastDaily(series(values), { horizonDays: 30 })
    points.forEach(({ mean }, i) => expect(Math.abs(mean - (week[i % 7] ?? 0))).toBeLessThan(4))
  })

  it('the season of a year ago', async () => {
    const random = randomNumbers(3)
    const seasonBegins = 140
    const values = Array.from({ length: 365 + seasonBegins }, (_, day) => {
      const inSeason = day % 365 >= seasonBegins && day % 365 < seasonBegins + 90
      return (inSeason ? 80 : 40) * (0.7 + 0.6 * random())
    })
    const forecast = await forecastDaily(series(values), { horizonDays: 90 })
    expect(meanForecast(forecast)).toBeGreaterThan(60)
  })

  it('a level that jumped six weeks ago', async () => {
    const random = randomNumbers(7)
    const values = Array.from({ length: 300 }, (_, i) => (i < 258 ? 20 : 60) * (0.9 + 0.2 * random()))
    const forecast = await forecastDaily(series(values), { horizonDays: 30 })
    expect(meanForecast(forecast)).toBeGreaterThan(50)
    expect(meanForecast(forecast)).toBeLessThan(66)
  })

  it.each([
    ['in the middle', 200],
    ['that ended last week', 279],
    ['that has just begun', 286],
  ])('nothing from a closed fortnight %s', async (_, from) => {
    const open = hotelSeries(300)
    const withClosure = open.values.map((value, day) => (day >= from && day < from + 14 ? 0 : value))
    const usual = meanForecast(await forecastDaily(open, { horizonDays: 30 }))
    const after = meanForecast(await forecastDaily(series(withClosure), { horizonDays: 30 }))
    expect(Math.abs(after / usual - 1)).toBeLessThan(0.15)
  })
})

describe('repeatability', () => {
  it('the same series gives the same forecast', async () => {
    const first = await forecastDaily(hotelSeries(400), { horizonDays: 60 })
    expect(await forecastDaily(hotelSeries(400), { horizonDays: 60 })).toEqual(first)
  })

  it('leaves the series as it was', async () => {
    const frozen = series(Object.freeze([...hotelSeries(200).values]))
    const copy = [...frozen.values]
    await forecastDaily(frozen, { horizonDays: 30 })
    expect(frozen.values).toEqual(copy)
  })

  it('a short forecast is the beginning of a long one', async () => {
    const short = await forecastDaily(hotelSeries(450), { horizonDays: 30 })
    const long = await forecastDaily(hotelSeries(450), { horizonDays: 90 })
    expect(long.points.slice(0, 30)).toEqual(short.points)
  })

  it('twice the demand is twice the forecast', async () => {
    const once = hotelSeries(200)
    const twice = series(once.values.map((value) => value * 2))
    const a = meanForecast(await forecastDaily(once, { horizonDays: 30 }))
    const b = meanForecast(await forecastDaily(twice, { horizonDays: 30 }))
    expect(b / a).toBeCloseTo(2, 1)
  })
})

describe('a server that forecasts', () => {
  it('answers others between two fits', async () => {
    let turns = 0
    const timer = setInterval(() => (turns += 1), 0)
    await forecastDaily(hotelSeries(600), { horizonDays: 30 })
    clearInterval(timer)
    expect(turns).toBeGreaterThan(10)
  })
})
