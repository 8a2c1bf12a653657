import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PredictionData } from '#shared/schemas/ai'
import { addDays } from '#shared/utils/calendar'
import { dailySeries } from '../../../server/domains/reservations/daily-series'
import { importReservations } from '../../../server/domains/reservations/start-import'
import { bookingsCsv } from '../../support/bookings'
import { rightBooks } from '../../support/books'
import { signIn, type Client } from '../../support/client'
import { testDatabase, type TestDatabase } from '../../support/database'
import { contextFor, makeHotel, type TestHotel } from '../../support/hotel'
import { runningServer, type TestServer } from '../../support/server'
import { answerOf, execute, executionsOf, refusalOf } from './run'

let db: TestDatabase
let server: TestServer
let hotel: TestHotel
let client: Client
beforeAll(async () => {
  db = testDatabase()
  server = await runningServer()
  hotel = await makeHotel(db)
  await load(hotel, bookingsCsv({ hotel: 'Resort Hotel', until2016: true }))
  client = await signIn(server.url, hotel.people.STAFF.email)
}, 300_000)
afterAll(async () => {
  await server.stop()
  await db.close()
})

const load = (into: TestHotel, csv: string) =>
  importReservations(contextFor(db, into), {
    fileName: 'bookings.csv',
    content: Buffer.from(csv),
    mapping: { currency: 'EUR', yenRate: 130 },
    dryRun: false,
  })

const ask = (customOptions?: object) => ({
  functionType: 'prediction',
  parameters: { input: '来月の需要は', customOptions },
})
const predict = async (customOptions: object) => {
  const answer = await answerOf(await execute(client, ask(customOptions)))
  return { ...answer, data: answer.result.additionalData as PredictionData }
}

describe('a prediction', () => {
  it('forecasts the days after the data, with band and backtest, for eight credits', async () => {
    const { data, result, credits } = await predict({})
    expect(data).toMatchObject({ metric: 'arrivals', horizonDays: 30, from: '2017-01-01', dataUntil: '2016-12-31' })
    expect(data.forecast.map(({ date }) => date)).toEqual(
      Array.from({ length: 30 }, (_, day) => addDays('2017-01-01', day)),
    )
    for (const { mean, lower, upper } of data.forecast) {
      expect(lower).toBeGreaterThanOrEqual(0)
      expect(mean).toBeGreaterThanOrEqual(lower)
      expect(upper).toBeGreaterThanOrEqual(mean)
    }
    expect(data.history).toHaveLength(180)
    expect(data.history.at(-1)?.date).toBe('2016-12-31')
    expect(data.backtest?.ratio).toBeLessThan(1)
    expect(data.backtest?.ratio).toBeCloseTo((data.backtest?.mae ?? 0) / (data.backtest?.seasonalNaiveMae ?? 1), 6)
    expect(result.output).toContain('2016年12月31日 までのデータ')
    expect(credits.creditsUsed).toBe(8)
  })

  it.each([
    ['arrivals', 60],
    ['occupied_rooms', 90],
  ])('of %s over %i days has so many days', async (metric, horizonDays) => {
    const { data } = await predict({ metric, horizonDays })
    expect(data.forecast).toHaveLength(horizonDays)
  })

  it('looks at nothing from its first day on', async () => {
    const from = '2016-06-01'
    const { data } = await predict({ from })
    const known = await dailySeries(contextFor(db, hotel), { metric: 'arrivals', before: from })
    expect(data).toMatchObject({ from, dataUntil: '2016-05-31' })
    expect(data.history.map(({ value }) => value)).toEqual(known.values.slice(-180))

    // A hotel that has only what lies before is told the same.
    const other = await makeHotel(db)
    const lines = bookingsCsv({ hotel: 'Resort Hotel', until2016: true }).split('\n')
    const months = 'January February March April May June July August September October November December'.split(' ')
    const before = lines.filter((line, index) => {
      const [, , , year, month] = line.split(',')
      return index === 0 || Number(year) * 12 + months.indexOf(month ?? '') < 2016 * 12 + 5
    })
    await load(other, before.join('\n'))
    const answer = await answerOf(await execute(await signIn(server.url, other.people.STAFF.email), ask({ from })))
    expect((answer.result.additionalData as PredictionData).forecast).toEqual(data.forecast)
  })

  it.each([
    ['30 days, a gap of 10', 30, '2017-01-11'],
    ['90 days, a gap of 90', 90, '2017-03-31'],
  ])('beyond the data (%s) goes through the gap and begins on its day', async (_what, horizonDays, from) => {
    const { data } = await predict({ horizonDays, from })
    expect(data.dataUntil).toBe('2016-12-31')
    expect(data.forecast).toHaveLength(horizonDays)
    expect(data.forecast[0]?.date).toBe(from)
    expect(data.forecast.at(-1)?.date).toBe(addDays(from, horizonDays - 1))
  })

  it.each([
    ['the first day of the data', { from: '2015-07-01' }],
    ['a day before the data', { from: '2014-01-01' }],
    ['a day too far beyond it', { from: '2017-04-02' }],
    ['no date', { from: '2017-02-30' }],
    ['an unknown metric', { metric: 'revenue' }],
    ['31 days', { horizonDays: 31 }],
    ['a text for days', { horizonDays: '30' }],
  ])('from %s is refused clearly, and leaves nothing', async (_what, options) => {
    const runs = await executionsOf(db, hotel)
    const refusal = await refusalOf(await execute(client, ask(options)))
    expect(refusal).toMatchObject({ status: 400, error: 'INVALID_INPUT' })
    expect(JSON.stringify(refusal.details.issues)).toContain('parameters.customOptions.')
    expect(await executionsOf(db, hotel)).toHaveLength(runs.length)
  })

  it('says how much data is missing', async () => {
    const inn = await makeHotel(db)
    const person = await signIn(server.url, inn.people.STAFF.email)
    expect(await refusalOf(await execute(person, ask()))).toMatchObject({
      status: 422,
      error: 'NOT_ENOUGH_DATA',
      details: { missingDays: 14, days: 0 },
    })
    expect(await refusalOf(await execute(client, ask({ from: '2015-07-05' })))).toMatchObject({
      status: 422,
      details: { missingDays: 10, days: 4 },
    })
  })

  it('keeps the books right, and lets others be answered while it computes', async () => {
    const [forecast, ...pings] = await Promise.all([
      predict({ horizonDays: 90 }),
      ...Array.from({ length: 10 }, async () => {
        const began = performance.now()
        await client('/api/v1/credits/balance')
        return performance.now() - began
      }),
    ])
    expect(forecast.data.forecast).toHaveLength(90)
    expect(Math.max(...pings)).toBeLessThan(forecast.execution.executionTime + 1000)
    await rightBooks(db, hotel.tenant.id)
  })
})
