import { MSTL_MIN_DAYS, mstlForecast } from './augurs'
import { WEEK } from './seasonal-naive'
import { clamp, maximum, mean, meanBetween } from './statistics'

/**
 * The candidate models. Each takes a history without closures, uses nothing else, and returns the
 * next `days` values, or null where the history is too short for it.
 */
export const MODEL_NAMES = ['mstl-ets+local', 'year-ago-change', 'year-ago-mean'] as const
export type ModelName = (typeof MODEL_NAMES)[number]
export type Model = (history: readonly number[], days: number) => number[] | null

/** 52 whole weeks: the year that keeps weekdays in place. */
export const YEAR = 52 * WEEK

/** Highest day of the last thirteen months: a hotel has only so many rooms. */
export function capacitySeen(history: readonly number[]): number {
  return maximum(history.slice(-400))
}

export const MODELS: Readonly<Record<ModelName, Model>> = {
  'mstl-ets+local': localForecast,
  'year-ago-change': yearAgoChange,
  'year-ago-mean': yearAgoMean,
}

const MSTL_WINDOW_DAYS = 53 * WEEK
const LEVEL_DAYS = 2 * WEEK
const LEVEL_PROFILE_WEEKS = 16
const MOMENTUM_DAYS = 3 * WEEK
const MOMENTUM_SHARE = 0.65
const MOMENTUM_DAMPING_DAYS = 20
const REVERSION_SHARE = 0.15
const REVERSION_DAYS = 30

/**
 * What the recent past alone says. The mean of MSTL+AutoETS (quick to follow) and of the level of
 * the last two weeks (slow to be fooled by one odd day), moved by two thirds of the last three
 * weeks' change, damped (Gardner & McKenzie 1985), never above the highest day of the last year, since a
 * hotel has only so many rooms, and drawn a little towards the year's mean the further it looks.
 */
function localForecast(history: readonly number[], days: number): number[] {
  const ceiling = capacitySeen(history)
  const level = levelForecast(history, days)
  const mstl = history.length < MSTL_MIN_DAYS ? null : mstlForecast(history.slice(-MSTL_WINDOW_DAYS), days)
  const momentum = MOMENTUM_SHARE * recentChange(history)
  const yearMean = weekdayMeans(history, days, YEAR / WEEK)

  return level.map((levelValue, i) => {
    const mstlValue = clamp(mstl?.[i] ?? levelValue, 0, ceiling * 1.05)
    const moved = momentum * (1 - Math.exp(-i / MOMENTUM_DAMPING_DAYS))
    const near = clamp((mstlValue + levelValue) / 2 + moved, 0, ceiling)
    const reversion = REVERSION_SHARE * (1 - Math.exp(-i / REVERSION_DAYS))
    return (1 - reversion) * near + reversion * (yearMean[i] ?? near)
  })
}

/** The level of the last two weeks, freed of the weekday, times each day's weekday factor. */
function levelForecast(history: readonly number[], days: number): number[] {
  const factors = weekdayFactors(history, LEVEL_PROFILE_WEEKS)
  const recent = history.slice(-LEVEL_DAYS)
  const level = mean(recent.map((value, i) => value / Math.max(0.2, weekdayAt(factors, i - recent.length))))
  return Array.from({ length: days }, (_, i) => level * weekdayAt(factors, i))
}

/** Mean of the last three weeks less the mean of the three weeks before; shorter where history is. */
function recentChange(history: readonly number[]): number {
  const window = Math.min(MOMENTUM_DAYS, Math.floor(history.length / 2))
  if (window < WEEK) return 0
  return mean(history.slice(-window)) - mean(history.slice(-2 * window, -window))
}

/** Mean of each weekday over the last `weeks` weeks, as a forecast. */
function weekdayMeans(history: readonly number[], days: number, weeks: number): number[] {
  const overall = mean(history)
  const means = Array.from({ length: WEEK }, (_, weekday) => {
    const values: number[] = []
    for (let week = 1; week <= weeks; week++) {
      const value = history[history.length + weekday - week * WEEK]
      if (value === undefined) break
      values.push(value)
    }
    return values.length > 0 ? mean(values) : overall
  })
  return Array.from({ length: days }, (_, i) => weekdayAt(means, i))
}

/**
 * Demand of each weekday over the mean day, from the last `weeks` whole weeks; index 0 is the weekday
 * of the first day to forecast. Two weeks' worth of an even week are mixed in against chance.
 */
function weekdayFactors(history: readonly number[], weeks: number): number[] {
  const even = 2
  const whole = Math.min(weeks, Math.floor(history.length / WEEK))
  const recent = history.slice(history.length - whole * WEEK)
  const overall = mean(recent)
  if (overall === 0) return Array.from({ length: WEEK }, () => 1)
  return Array.from({ length: WEEK }, (_, weekday) => {
    const own = mean(recent.filter((_, i) => i % WEEK === weekday))
    return ((own / overall) * whole + even) / (whole + even)
  })
}

function weekdayAt(perWeekday: readonly number[], day: number): number {
  return perWeekday[((day % WEEK) + WEEK) % WEEK] ?? 1
}

const COMPARED_DAYS = 10 * WEEK
const SHAPE_HALF_WIDTH = 5
const SHAPE_PROFILE_WEEKS = 26
const CEILING_DAYS = 4 * WEEK
const CEILING_SLACK = 1.02

/**
 * The recent level plus the change that the same weeks brought a year ago, times the weekday factor.
 * A difference and not a ratio, so that a start-up's tiny first months cannot blow it up; the level
 * never passes the best four weeks on record. The level is compared over ten weeks: shorter windows
 * mistake the noise of one month for growth.
 */
function yearAgoChange(history: readonly number[], days: number): number[] | null {
  const n = history.length
  if (n < YEAR) return null
  const from = Math.max(0, n - YEAR - COMPARED_DAYS)
  const enoughToCompare = n - YEAR > WEEK
  const levelThen = enoughToCompare ? mean(history.slice(from, n - YEAR)) : mean(history.slice(0, 2 * WEEK))
  const levelNow = mean(history.slice(enoughToCompare ? from + YEAR : -COMPARED_DAYS))
  const ceiling = highestMean(history, CEILING_DAYS) * CEILING_SLACK
  const factors = weekdayFactors(history, SHAPE_PROFILE_WEEKS)

  return Array.from({ length: days }, (_, i) => {
    const day = n + i - YEAR
    const then = meanBetween(history, day - SHAPE_HALF_WIDTH, day + SHAPE_HALF_WIDTH + 1)
    const level = clamp(levelNow + (then ?? levelThen) - levelThen, 0, ceiling)
    return level * weekdayAt(factors, i)
  })
}

function highestMean(history: readonly number[], window: number): number {
  let total = 0
  let best = 0
  history.forEach((value, i) => {
    total += value - (i >= window ? (history[i - window] ?? 0) : 0)
    if (i >= window - 1) best = Math.max(best, total / window)
  })
  return best
}

const AROUND_WEEKS = 3

/** Mean of the same weekday in the seven weeks around the day a year ago. */
function yearAgoMean(history: readonly number[], days: number): number[] | null {
  const n = history.length
  if (n < YEAR) return null
  return Array.from({ length: days }, (_, i) => {
    const values: number[] = []
    for (let week = -AROUND_WEEKS; week <= AROUND_WEEKS; week++) {
      const value = history[n + i - YEAR + week * WEEK]
      if (value !== undefined) values.push(value)
    }
    return mean(values)
  })
}
