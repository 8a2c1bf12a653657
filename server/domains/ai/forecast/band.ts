import { blend, REFERENCE, type Shares } from './blend'
import { capacitySeen } from './models'
import type { PastForecasts } from './past-forecasts'
import { WEEK } from './seasonal-naive'
import { clamp, mean, weightedQuantileOfSorted, type WeightedValue } from './statistics'

export interface Band {
  readonly lower: readonly number[]
  readonly upper: readonly number[]
}

const TAIL = 0.1
const ORIGIN_STEP = 2 * WEEK
const ORIGINS = 32
const MIN_HISTORY = 2 * WEEK
/** Errors of leads this near to one another are taken for alike. */
const LEAD_HALF_WIDTH = 10
const MAX_GROWTH = 2
/** Weight of an error halves with every nine months … */
const HALF_LIFE_DAYS = 270
/** … and doubles at most where it fell in the same season of another year. */
const SEASON_EXTRA = 1
const SEASON_DAYS = 30
const DAYS_A_YEAR = 365
const SAME_SEASON_BEFORE_DAYS = 180
/** What the year-ago models are believed to take off the error before any of it is seen. */
const PRIOR_GAIN = 0.5
const PRIOR_GAIN_DAYS = 400
/** Few origins hardly vary: with m of them the quantile is taken at 0.9 × (1 + 6 / m²). */
const FEW_ORIGINS = 6

/** What one past forecast missed (actual − forecast), by lead; undefined where it is not known. */
interface PastErrors {
  readonly age: number
  readonly byLead: readonly (number | undefined)[]
}

/**
 * 80% prediction band from the errors that today's blend of models would have made in the past
 * (split conformal prediction with signed errors: Romano, Patterson & Candès 2019,
 * arXiv:1905.03222, applied to rolling origins). It needs no normal distribution: a full hotel errs
 * only downwards, and its band shows that. Errors of one origin are alike, so few origins widen the
 * quantile. No day is expected above the highest day of the last year plus a twentieth.
 */
export async function predictionBand(
  past: PastForecasts,
  origin: number,
  shares: Shares,
  means: readonly number[],
): Promise<Band> {
  const { history } = past.known(origin)
  const errors = await pastErrors(past, origin, shares)
  const ceiling = capacitySeen(history) * 1.05
  const lower: number[] = []
  const upper: number[] = []
  means.forEach((value, lead) => {
    const { low, high } = errors.length > 0 ? errorRange(errors, lead) : spreadOfHistory(history, lead)
    lower.push(clamp(value + Math.min(0, low), 0, value))
    upper.push(Math.max(value, Math.min(value + Math.max(0, high), ceiling)))
  })
  return { lower, upper }
}

/**
 * Forecasts from before the hotel had a year of history lacked the year-ago models. Their errors are
 * kept, since they alone tell how wild each season is, but made smaller by what the full blend has
 * gained over the local model where both could be seen.
 */
async function pastErrors(past: PastForecasts, origin: number, shares: Shares): Promise<PastErrors[]> {
  const { closed } = past.known(origin)
  const full: PastErrors[] = []
  const partial: PastErrors[] = []
  let blendError = 0
  let localError = 0
  let days = 0

  for (let k = 1; k <= ORIGINS; k++) {
    const earlier = origin - k * ORIGIN_STEP
    if (earlier < MIN_HISTORY) break
    const candidates = await past.candidates(earlier)
    const local = candidates.get(REFERENCE) ?? []
    const isFull = candidates.size === shares.size
    const byLead = blend(candidates, shares).map((value, lead) => {
      const day = earlier + lead
      const actual = past.values[day]
      if (day >= origin || closed[day] || actual === undefined) return undefined
      if (isFull) {
        blendError += Math.abs(actual - value)
        localError += Math.abs(actual - (local[lead] ?? 0))
        days += 1
      }
      return actual - value
    })
    if (byLead.some((error) => error !== undefined)) {
      const kind = isFull ? full : partial
      kind.push({ age: k * ORIGIN_STEP, byLead })
    }
  }

  const seenGain = localError > 0 ? Math.min(1, blendError / localError) : 1
  const gain = (seenGain * days + PRIOR_GAIN * PRIOR_GAIN_DAYS) / (days + PRIOR_GAIN_DAYS)
  return [
    ...full,
    ...partial.map(({ age, byLead }) => ({
      age,
      byLead: byLead.map((error) => (error === undefined ? undefined : error * gain)),
    })),
  ]
}

function errorRange(errors: readonly PastErrors[], lead: number): { low: number; high: number } {
  const longest = Math.max(...errors.map(({ byLead }) => lastKnown(byLead)))
  const known = Math.min(lead, longest)
  const pooled: WeightedValue[] = []
  let origins = 0
  for (const { age, byLead } of errors) {
    const before = pooled.length
    for (let l = Math.max(0, known - LEAD_HALF_WIDTH); l <= known + LEAD_HALF_WIDTH; l++) {
      const error = byLead[l]
      if (error !== undefined) pooled.push({ value: error, weight: errorWeight(age + lead - l) })
    }
    if (pooled.length > before) origins += 1
  }
  pooled.sort((a, b) => a.value - b.value)
  const level = Math.min(1, (1 - TAIL) * (1 + FEW_ORIGINS / origins ** 2))
  // Leads never seen yet: errors of a random walk grow with the root of the lead.
  const growth = Math.min(MAX_GROWTH, Math.sqrt((lead + 1) / (known + 1)))
  return {
    low: weightedQuantileOfSorted(pooled, 1 - level) * growth,
    high: weightedQuantileOfSorted(pooled, level) * growth,
  }
}

function lastKnown(byLead: readonly (number | undefined)[]): number {
  return byLead.findLastIndex((error) => error !== undefined)
}

/** @param daysBack from the day to forecast to the day whose error is known */
function errorWeight(daysBack: number): number {
  const recency = 0.5 ** (daysBack / HALF_LIFE_DAYS)
  if (daysBack < SAME_SEASON_BEFORE_DAYS) return recency
  const apart = daysBack - Math.round(daysBack / DAYS_A_YEAR) * DAYS_A_YEAR
  return recency * (1 + SEASON_EXTRA * Math.exp(-((apart / SEASON_DAYS) ** 2)))
}

/** With days to go by but no past forecast: the spread of the days themselves, growing with the lead. */
function spreadOfHistory(history: readonly number[], lead: number): { low: number; high: number } {
  const middle = mean(history)
  const variance = mean(history.map((value) => (value - middle) ** 2))
  // Counts vary at least as much as a Poisson variable of their mean.
  const deviation = Math.sqrt(Math.max(variance, middle))
  const half = 1.2816 * deviation * Math.min(MAX_GROWTH, Math.sqrt(1 + lead / (4 * WEEK)))
  return { low: -half, high: half }
}
