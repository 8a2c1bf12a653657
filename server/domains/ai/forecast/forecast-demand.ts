import { backtestPast } from './backtest'
import { forecastFrom } from './forecast-daily'
import { PastForecasts } from './past-forecasts'
import type { Backtest, DailyForecast, DailySeries, ForecastOptions } from './types'

/** A forecast together with what its method would have been worth in the past. */
export interface DemandForecast extends DailyForecast {
  /** Null where the history is too short to go back in. */
  readonly backtest: Backtest | null
}

/**
 * What a prediction shows: the forecast and, next to it, its error in a backtest. Both share their
 * model fits, so this costs far less than `forecastDaily` and `backtest` one after the other.
 *
 * @throws as {@link forecastDaily} does
 */
export async function forecastDemand(series: DailySeries, options: ForecastOptions): Promise<DemandForecast> {
  const past = new PastForecasts(series, options.signal)
  const forecast = await forecastFrom(past, series.values.length, options.horizonDays)
  return { ...forecast, backtest: await backtestPast(past, options) }
}
