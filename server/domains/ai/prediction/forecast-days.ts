import type { PredictionData } from '#shared/schemas/ai'
import { addDays, daysBetween } from '#shared/utils/calendar'
import type { Context } from '../../../utils/context'
import { AppError } from '../../../utils/errors'
import { dailySeries } from '../../reservations/daily-series'
import { forecastDemand } from '../forecast/forecast-demand'
import { forecastDaily } from '../forecast/forecast-daily'
import {
  HORIZONS_DAYS,
  LONGEST_HORIZON_DAYS,
  type DailySeries,
  type ForecastPoint,
  type HorizonDays,
} from '../forecast/types'
import { factsOf, type PredictionFacts } from './facts'
import { leastHistoryDays, type PredictionPlan } from './plan-prediction'

/** Days before the forecast that the chart shows. */
const shownHistoryDays = 180

/** The forecast of a plan's days, its backtest, and what there is to say about them. */
export async function forecastDays(
  ctx: Context,
  plan: PredictionPlan,
  signal: AbortSignal,
): Promise<{ data: PredictionData; facts: PredictionFacts }> {
  const { metric, horizonDays, from, dataUntil } = plan
  const { start, values } = await dailySeries(ctx, { metric, before: addDays(dataUntil, 1) })
  if (!start)
    throw new AppError('NOT_ENOUGH_DATA', { missingDays: leastHistoryDays, days: 0, neededDays: leastHistoryDays })
  const series = { start, values }
  const gapDays = daysBetween(dataUntil, from) - 1
  const { points, backtest, model } = await forecastThrough(series, gapDays, horizonDays, signal)
  const forecast = points.slice(gapDays, gapDays + horizonDays)
  const shown = Math.min(shownHistoryDays, values.length)
  const history = values
    .slice(-shown)
    .map((value, index) => ({ date: addDays(start, values.length - shown + index), value }))
  return {
    data: { metric, horizonDays, from, dataUntil, history, forecast, backtest, model },
    facts: factsOf(metric, series, forecast, backtest, dataUntil),
  }
}

/**
 * The days of a gap after the data, and of the horizon behind it. What lies beyond the longest forecast is
 * forecast again from the days forecast so far; its band is never narrower than it was there.
 */
async function forecastThrough(series: DailySeries, gapDays: number, horizonDays: HorizonDays, signal: AbortSignal) {
  const days = gapDays + horizonDays
  const { points, backtest, model } = await forecastDemand(series, {
    horizonDays: HORIZONS_DAYS.find((length) => length >= days) ?? LONGEST_HORIZON_DAYS,
    signal,
  })
  if (points.length >= days) return { points, backtest, model }
  const further = await forecastDaily(
    { start: series.start, values: [...series.values, ...points.map(({ mean }) => mean)] },
    { horizonDays: LONGEST_HORIZON_DAYS, signal },
  )
  const reached = points.at(-1)
  return {
    points: [...points, ...further.points.map((point) => (reached ? notNarrower(point, reached) : point))],
    backtest,
    model,
  }
}

function notNarrower(point: ForecastPoint, than: ForecastPoint): ForecastPoint {
  const lower = Math.min(point.lower, point.mean - (than.mean - than.lower))
  const upper = Math.max(point.upper, point.mean + (than.upper - than.mean))
  return { ...point, lower: Math.max(0, lower), upper }
}
