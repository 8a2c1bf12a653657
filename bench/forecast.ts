/**
 * npm run bench:forecast
 *
 * Mean absolute error of the product's demand forecast against the seasonal naive (the last week
 * repeated), from every day of the past, on the bookings of two hotels
 * (tests/fixtures/hotel_bookings.csv.gz; Antonio, de Almeida & Nunes 2019, CC BY 4.0).
 * Runs the product's own `backtest`; needs no database.
 *
 * Two questions per hotel, metric and horizon: origins with a year of history (goal: at most 0.75 of
 * the naive error) and all origins from the fifth week on (goal: 0.85). 70 to 90% of the days should
 * lie inside the 80% band.
 *
 * How far to trust it: every constant of the models was chosen with these same 20 months in view, each
 * from the middle of a range in which the figures hardly move, and none per hotel, metric or horizon.
 * Arrivals after February 2017 are not in the fixture and were not looked at.
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { backtestPast, MIN_BACKTEST_HISTORY_DAYS } from '../server/domains/ai/forecast/backtest'
import { formatDay, parseDay } from '../server/domains/ai/forecast/calendar'
import { PastForecasts } from '../server/domains/ai/forecast/past-forecasts'
import { HORIZONS_DAYS, type Backtest, type DailySeries, type HorizonDays } from '../server/domains/ai/forecast/types'

const FIXTURE = new URL('../tests/fixtures/hotel_bookings.csv.gz', import.meta.url)
const FIRST_DAY = dayOf('2015-07-01')
const LAST_DAY = dayOf('2017-02-28')
const HISTORIES = [
  { name: '1 year or more', minHistoryDays: 365, goal: 0.75 },
  { name: 'all origins', minHistoryDays: MIN_BACKTEST_HISTORY_DAYS, goal: 0.85 },
] as const
/** The backtest goes back by whole weeks; ending the series on each weekday makes every day an origin. */
const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6] as const
const COVERAGE_GOAL = [0.7, 0.9] as const

interface Case {
  readonly hotel: string
  readonly metric: string
  readonly horizonDays: number
  readonly history: string
  readonly origins: number
  readonly ours: number
  readonly reference: number
  readonly ratio: number
  readonly goal: number
  readonly coverage: number
}

const started = performance.now()
const cases = await measure(dailySeries())
report(cases, (performance.now() - started) / 1000)

async function measure(all: readonly NamedSeries[]): Promise<Case[]> {
  const measured: Case[] = []
  for (const { hotel, metric, series } of all) {
    const pasts = WEEKDAYS.map(
      (weekday) => new PastForecasts({ ...series, values: series.values.slice(0, series.values.length - weekday) }),
    )
    for (const horizonDays of HORIZONS_DAYS) {
      for (const { name, minHistoryDays, goal } of HISTORIES) {
        const results = await Promise.all(pasts.map((past) => everyWeek(past, horizonDays, minHistoryDays)))
        measured.push({ hotel, metric, horizonDays, history: name, goal, ...pooled(results) })
      }
    }
  }
  return measured
}

/** The product's backtest, with an origin every week instead of its usual few. */
async function everyWeek(past: PastForecasts, horizonDays: HorizonDays, minHistoryDays: number): Promise<Backtest> {
  const options = { horizonDays, minHistoryDays, stepWeeks: 1, maxOrigins: Number.POSITIVE_INFINITY }
  const result = await backtestPast(past, options)
  if (result === null) throw new Error(`No origin with ${minHistoryDays} days of history.`)
  return result
}

function pooled(results: readonly Backtest[]): Pick<Case, 'origins' | 'ours' | 'reference' | 'ratio' | 'coverage'> {
  const origins = results.reduce((total, result) => total + result.origins, 0)
  const average = (of: (result: Backtest) => number): number =>
    results.reduce((total, result) => total + of(result) * result.origins, 0) / origins
  const ours = average(({ mae }) => mae)
  const reference = average(({ seasonalNaiveMae }) => seasonalNaiveMae)
  return { origins, ours, reference, ratio: ours / reference, coverage: average(({ coverage }) => coverage) }
}

interface NamedSeries {
  readonly hotel: string
  readonly metric: 'arrivals' | 'occupied_rooms'
  readonly series: DailySeries
}

/** Arrivals and occupied rooms a day of both hotels, from reservations that were not cancelled. */
function dailySeries(): NamedSeries[] {
  const length = LAST_DAY - FIRST_DAY + 1
  const byHotel = new Map<string, { arrivals: number[]; occupied: number[] }>()
  for (const row of bookings()) {
    if (row.is_canceled !== '0') continue
    const hotel = row.hotel ?? ''
    const counts = byHotel.get(hotel) ?? { arrivals: zeros(length), occupied: zeros(length) }
    byHotel.set(hotel, counts)

    const arrival = arrivalDay(row) - FIRST_DAY
    const nights = Number(row.stays_in_weekend_nights) + Number(row.stays_in_week_nights)
    addOne(counts.arrivals, arrival)
    for (let night = 0; night < nights; night++) addOne(counts.occupied, arrival + night)
  }
  const start = formatDay(FIRST_DAY)
  return [...byHotel].flatMap(([hotel, { arrivals, occupied }]): NamedSeries[] => [
    { hotel, metric: 'arrivals', series: { start, values: arrivals } },
    { hotel, metric: 'occupied_rooms', series: { start, values: occupied } },
  ])
}

function bookings(): Record<string, string>[] {
  return parse<Record<string, string>>(gunzipSync(readFileSync(FIXTURE)), { columns: true })
}

function arrivalDay(row: Record<string, string>): number {
  const { arrival_date_year, arrival_date_month, arrival_date_day_of_month } = row
  const written = `${arrival_date_month} ${arrival_date_day_of_month}, ${arrival_date_year} UTC`
  return dayOf(new Date(written).toISOString().slice(0, 10))
}

function dayOf(date: string): number {
  const day = parseDay(date)
  if (day === null) throw new Error(`Not a date: ${date}`)
  return day
}

function zeros(length: number): number[] {
  return Array.from({ length }, () => 0)
}

function addOne(counts: number[], day: number): void {
  const count = counts[day]
  if (count !== undefined) counts[day] = count + 1
}

function report(all: readonly Case[], seconds: number): void {
  console.log('Demand forecast against the last week repeated (mean absolute error, reservations or rooms a day)\n')
  console.log(line(['hotel', 'metric', 'days', 'history', 'origins', 'ours', 'naive', 'ratio', 'goal', 'in band', '']))
  for (const c of all) {
    console.log(
      line([
        c.hotel,
        c.metric,
        String(c.horizonDays),
        c.history,
        String(c.origins),
        c.ours.toFixed(2),
        c.reference.toFixed(2),
        c.ratio.toFixed(3),
        c.goal.toFixed(2),
        `${(100 * c.coverage).toFixed(0)}%`,
        [c.ratio > c.goal ? 'above goal' : '', coverageMet(c) ? '' : 'band off'].join(' ').trim(),
      ]),
    )
  }
  console.log(`\n${all.length} cases in ${seconds.toFixed(0)} s. The line below is the case furthest from its goal.`)

  const worst = all.reduce((a, b) => (b.ratio / b.goal > a.ratio / a.goal ? b : a))
  console.log(
    JSON.stringify({
      figure: `demand forecast error, ${worst.hotel}, ${worst.metric}, ${worst.horizonDays} days, ${worst.history}`,
      ours: rounded(worst.ours),
      reference: rounded(worst.reference),
      ratio: rounded(worst.ratio),
      goal: worst.goal,
      unit: worst.metric === 'arrivals' ? 'reservations a day' : 'rooms a day',
      met: all.every((c) => c.ratio <= c.goal && coverageMet(c)),
      worstRatioByHistory: Object.fromEntries(
        HISTORIES.map(({ name, goal }) => [name, { ratio: rounded(Math.max(...ratiosOf(all, name))), goal }]),
      ),
      coverage: {
        lowest: rounded(Math.min(...all.map((c) => c.coverage))),
        highest: rounded(Math.max(...all.map((c) => c.coverage))),
        goal: COVERAGE_GOAL,
      },
    }),
  )
}

function ratiosOf(all: readonly Case[], history: string): number[] {
  return all.filter((c) => c.history === history).map((c) => c.ratio)
}

function coverageMet({ coverage }: Case): boolean {
  return coverage >= COVERAGE_GOAL[0] && coverage <= COVERAGE_GOAL[1]
}

function line(cells: readonly string[]): string {
  const widths = [13, 15, 5, 15, 8, 7, 7, 6, 5, 8, 0]
  return cells
    .map((cell, i) => cell.padEnd(widths[i] ?? 0))
    .join(' ')
    .trimEnd()
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
