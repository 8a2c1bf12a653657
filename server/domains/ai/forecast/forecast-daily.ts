import { predictionBand } from './band'
import { blend, blendShares, type Shares } from './blend'
import { formatDay } from './calendar'
import { PastForecasts } from './past-forecasts'
import type { DailyForecast, DailySeries, ForecastOptions, HorizonDays } from './types'

/**
 * Forecasts the days after the end of a series from that series alone.
 *
 * @throws NotEnoughHistoryError for an empty series
 * @throws InvalidSeriesError for a malformed one
 * @throws the signal's reason when aborted
 */
export async function forecastDaily(
  series: DailySeries,
  { horizonDays, signal }: ForecastOptions,
): Promise<DailyForecast> {
  return forecastFrom(new PastForecasts(series, signal), series.values.length, horizonDays)
}

/** The forecast made at `origin`, which sees only the days before it. */
export async function forecastFrom(
  past: PastForecasts,
  origin: number,
  horizonDays: HorizonDays,
): Promise<DailyForecast> {
  const whole = past.finished.get(origin) ?? (await wholeForecast(past, origin))
  past.finished.set(origin, whole)
  return { points: whole.points.slice(0, horizonDays), model: whole.model }
}

async function wholeForecast(past: PastForecasts, origin: number): Promise<DailyForecast> {
  const shares = await blendShares(past, origin)
  const means = blend(await past.candidates(origin), shares)
  const { lower, upper } = await predictionBand(past, origin, shares, means)
  return {
    points: means.map((mean, lead) => ({
      date: formatDay(past.firstDay + origin + lead),
      mean,
      lower: lower[lead] ?? mean,
      upper: upper[lead] ?? mean,
    })),
    model: describe(shares),
  }
}

function describe(shares: Shares): string {
  return [...shares]
    .sort(([, a], [, b]) => b - a)
    .map(([name, share]) => `${name} ${Math.round(share * 100)}%`)
    .join(', ')
}
