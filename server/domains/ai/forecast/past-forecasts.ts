import { setImmediate as yieldToEventLoop } from 'node:timers/promises'
import { checkSeries } from './check-series'
import { fillClosedDays, findClosedDays } from './closures'
import { MODEL_NAMES, MODELS, YEAR, type ModelName } from './models'
import { WEEK } from './seasonal-naive'
import { clamp } from './statistics'
import { LONGEST_HORIZON_DAYS, type DailyForecast, type DailySeries } from './types'

/** Forecast of each model that had enough history, from one day on. */
export type Candidates = ReadonlyMap<ModelName, readonly number[]>

/** What a day in the past knew: the history up to it, cleared of closures. */
export interface Knowledge {
  readonly history: readonly number[]
  readonly closed: readonly boolean[]
}

/** Nothing older than three years speaks about next month; it also bounds the time of a call. */
const MEMORY_DAYS = 3 * YEAR + 7 * WEEK

/**
 * Remembers what every model forecast at every day ("origin") it was asked for, so that weights,
 * bands and backtest share the model fits, which are nearly all of the time a call takes. The
 * origin is an index: a forecast made there sees `values[0, origin)` and nothing else.
 */
export class PastForecasts {
  private readonly candidatesAt = new Map<number, Candidates>()
  private readonly knowledgeAt = new Map<number, Knowledge>()

  /** Every forecast looks this far, so that the first month of a 90-day forecast is the 30-day one. */
  readonly days = LONGEST_HORIZON_DAYS

  readonly values: readonly number[]
  /** Day of the first value, counted from 1970-01-01. */
  readonly firstDay: number
  /** Whole forecasts by origin, for those who ask for several horizons of the same day. */
  readonly finished = new Map<number, DailyForecast>()

  /** @throws NotEnoughHistoryError, InvalidSeriesError */
  constructor(
    series: DailySeries,
    private readonly signal?: AbortSignal,
  ) {
    this.firstDay = checkSeries(series)
    this.values = series.values
  }

  known(origin: number): Knowledge {
    const kept = this.knowledgeAt.get(origin)
    if (kept) return kept
    const seen = this.values.slice(0, origin)
    const closed = findClosedDays(seen)
    const knowledge = { history: fillClosedDays(seen, closed), closed }
    this.knowledgeAt.set(origin, knowledge)
    return knowledge
  }

  async candidates(origin: number): Promise<Candidates> {
    const kept = this.candidatesAt.get(origin)
    if (kept) return kept
    this.signal?.throwIfAborted()
    await yieldToEventLoop()
    this.signal?.throwIfAborted()

    const history = this.known(origin).history.slice(-MEMORY_DAYS)
    const candidates = new Map<ModelName, readonly number[]>()
    for (const name of MODEL_NAMES) {
      const forecast = MODELS[name](history, this.days)
      if (forecast) candidates.set(name, forecast.map(toDemand))
    }
    this.candidatesAt.set(origin, candidates)
    return candidates
  }
}

function toDemand(value: number): number {
  return clamp(value, 0, Number.MAX_VALUE)
}
