/** How far ahead a forecast may look, in days. */
export const HORIZONS_DAYS = [30, 60, 90] as const
export type HorizonDays = (typeof HORIZONS_DAYS)[number]
export const LONGEST_HORIZON_DAYS: HorizonDays = 90

/** One figure a day without holes. A day without demand is 0, never left out. */
export interface DailySeries {
  /** Day of the first value, `YYYY-MM-DD`. The calendar is the hotel's own; no time zone is involved. */
  readonly start: string
  /** Demand of each day (rooms, arrivals, yen): finite and not negative. */
  readonly values: readonly number[]
}

/** The forecast of one day, in the unit of the series. Always `0 ≤ lower ≤ mean ≤ upper`. */
export interface ForecastPoint {
  readonly date: string
  readonly mean: number
  /** Lower edge of the 80% prediction band: one day in ten is expected below. */
  readonly lower: number
  /** Upper edge of the 80% prediction band: one day in ten is expected above. */
  readonly upper: number
}

export interface DailyForecast {
  /** One point a day, the first on the day after the last value of the series. */
  readonly points: readonly ForecastPoint[]
  /** The models behind the mean and their shares, e.g. `mstl-ets+local 38%, year-ago-change 35%, year-ago-mean 27%`. */
  readonly model: string
}

/** How the forecast would have done in the past, beside the simplest honest rival. */
export interface Backtest {
  /** Mean absolute error of our forecasts, in the unit of the series. */
  readonly mae: number
  /** Mean absolute error of repeating the last week (seasonal naive, period 7) on the same days. */
  readonly seasonalNaiveMae: number
  /** `mae / seasonalNaiveMae`: below 1 is better than naive; null where naive made no error at all. */
  readonly ratio: number | null
  /** Share of days inside the 80% band, 0 to 1. */
  readonly coverage: number
  /** How many past days were used as the day of the forecast. */
  readonly origins: number
}

export interface ForecastOptions {
  readonly horizonDays: HorizonDays
  /** Stops the work between two model fits; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** The history is too short to say anything. The caller maps it to its own error. */
export class NotEnoughHistoryError extends Error {
  override readonly name = 'NotEnoughHistoryError'

  constructor(
    readonly daysGiven: number,
    readonly daysNeeded: number,
  ) {
    super(`A forecast needs ${daysNeeded} day(s) of history, ${daysGiven} given.`)
  }
}

/** The series is not what {@link DailySeries} promises. */
export class InvalidSeriesError extends Error {
  override readonly name = 'InvalidSeriesError'
}
