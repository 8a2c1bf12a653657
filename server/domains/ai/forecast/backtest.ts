import { forecastFrom } from './forecast-daily'
import { PastForecasts } from './past-forecasts'
import { seasonalNaive, WEEK } from './seasonal-naive'
import type { Backtest, DailySeries, ForecastOptions } from './types'

/** Before four weeks there is neither a forecast nor a reference worth measuring. */
export const MIN_BACKTEST_HISTORY_DAYS = 4 * WEEK

export interface BacktestOptions extends ForecastOptions {
  /** Weeks between origins. Default 4. */
  readonly stepWeeks?: number
  /** At most so many origins, the newest first. Default 8. */
  readonly maxOrigins?: number
  /** Origins with less history than this are left out. Default and least: 28. */
  readonly minHistoryDays?: number
}

/**
 * Rolling-origin evaluation (Tashman 2000): goes back in time, forecasts with what was known on that
 * day, and compares with what came, beside the seasonal naive. Days on which the hotel was closed
 * are left out on both sides.
 *
 * @returns null where the history is too short for a single origin
 * @throws as {@link forecastDaily} does
 */
export async function backtest(series: DailySeries, options: BacktestOptions): Promise<Backtest | null> {
  return backtestPast(new PastForecasts(series, options.signal), options)
}

/** The same over forecasts already at hand. */
export async function backtestPast(
  past: PastForecasts,
  { horizonDays, stepWeeks = 4, maxOrigins = 8, minHistoryDays = 0 }: BacktestOptions,
): Promise<Backtest | null> {
  const total = new ErrorTotals()
  const { closed } = past.known(past.values.length)
  for (const origin of backtestOrigins(past.values.length, horizonDays, {
    stepWeeks,
    maxOrigins,
    minHistoryDays,
  })) {
    const { points } = await forecastFrom(past, origin, horizonDays)
    const reference = seasonalNaive(past.values.slice(0, origin), horizonDays)
    total.beginOrigin()
    points.forEach((point, lead) => {
      const actual = past.values[origin + lead]
      if (actual === undefined || closed[origin + lead]) return
      total.add(actual, point, reference[lead] ?? 0)
    })
  }
  return total.result()
}

/** Indexes of the days to forecast from, newest first; all lie whole weeks before the end. */
export function backtestOrigins(
  length: number,
  horizonDays: number,
  options: { stepWeeks: number; maxOrigins: number; minHistoryDays: number },
): number[] {
  const step = Math.max(1, Math.floor(options.stepWeeks)) * WEEK
  const least = Math.max(MIN_BACKTEST_HISTORY_DAYS, options.minHistoryDays)
  const newest = length - Math.ceil(horizonDays / WEEK) * WEEK
  const origins: number[] = []
  for (let o = newest; o >= least && origins.length < options.maxOrigins; o -= step) origins.push(o)
  return origins
}

class ErrorTotals {
  private origins = 0
  private days = 0
  private inside = 0
  private ours = 0
  private naive = 0

  beginOrigin(): void {
    this.origins += 1
  }

  add(actual: number, point: { mean: number; lower: number; upper: number }, naive: number): void {
    this.days += 1
    this.ours += Math.abs(actual - point.mean)
    this.naive += Math.abs(actual - naive)
    if (actual >= point.lower && actual <= point.upper) this.inside += 1
  }

  result(): Backtest | null {
    if (this.days === 0) return null
    return {
      mae: this.ours / this.days,
      seasonalNaiveMae: this.naive / this.days,
      ratio: this.naive > 0 ? this.ours / this.naive : null,
      coverage: this.inside / this.days,
      origins: this.origins,
    }
  }
}
