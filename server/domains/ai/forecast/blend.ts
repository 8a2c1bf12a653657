import { YEAR, type ModelName } from './models'
import type { Candidates, PastForecasts } from './past-forecasts'
import { WEEK } from './seasonal-naive'
import { clamp } from './statistics'

export type Shares = ReadonlyMap<ModelName, number>

/** Shares before any evidence: a recent past and a year ago know different things. */
const PRIOR: Readonly<Record<ModelName, number>> = {
  'mstl-ets+local': 0.2,
  'year-ago-change': 0.45,
  'year-ago-mean': 0.35,
}
/** The model that exists for any history; the others are measured by it. */
export const REFERENCE: ModelName = 'mstl-ets+local'
const ORIGIN_STEP = WEEK
const ORIGINS = 12
const MIN_HISTORY = 2 * WEEK
/** So many forecast days weigh as much as the belief that all models are equally good. */
const EVIDENCE_DAYS = 75
const SHARPNESS = 2
const LEAST_RELATIVE_ERROR = 0.05
/**
 * A plain copy of last year is far off for a hotel that has grown since, and a year of history alone
 * cannot tell. It counts in full when four weeks could show how alike the years are.
 */
const PROBATION_DAYS = 4 * WEEK
const LEAST_TRUST = 0.02

/**
 * Shares of the models at an origin: prior × (relative absolute error)⁻², the error taken over the
 * forecasts of the twelve weeks before, as far as their days have been seen, relative to the local
 * model on the same days, and drawn towards 1 while the evidence is thin. Inverse squared error is
 * the classic weighting of Bates & Granger (1969); the shrinkage keeps a lucky week from deciding.
 */
export async function blendShares(past: PastForecasts, origin: number): Promise<Shares> {
  const { closed } = past.known(origin)
  const current = await past.candidates(origin)
  const own = new Map<ModelName, number>()
  const reference = new Map<ModelName, number>()
  const counts = new Map<ModelName, number>()

  for (let k = 1; k <= ORIGINS; k++) {
    const earlier = origin - k * ORIGIN_STEP
    if (earlier < MIN_HISTORY) break
    const forecasts = await past.candidates(earlier)
    const referenceForecast = forecasts.get(REFERENCE) ?? []
    for (const [name, forecast] of forecasts) {
      for (let day = earlier; day < Math.min(origin, earlier + past.days); day++) {
        if (closed[day]) continue
        const actual = past.values[day] ?? 0
        const lead = day - earlier
        add(own, name, Math.abs(actual - (forecast[lead] ?? 0)))
        add(reference, name, Math.abs(actual - (referenceForecast[lead] ?? 0)))
        add(counts, name, 1)
      }
    }
  }

  const weights = new Map<ModelName, number>()
  for (const name of current.keys()) {
    const days = counts.get(name) ?? 0
    const relative = relativeError(own.get(name) ?? 0, reference.get(name) ?? 0)
    const shrunk = (relative * days + EVIDENCE_DAYS) / (days + EVIDENCE_DAYS)
    weights.set(name, priorShare(name, origin) * Math.max(shrunk, LEAST_RELATIVE_ERROR) ** -SHARPNESS)
  }
  const total = [...weights.values()].reduce((all, weight) => all + weight, 0)
  return new Map([...weights].map(([name, weight]) => [name, weight / total]))
}

function priorShare(name: ModelName, historyDays: number): number {
  if (name !== 'year-ago-mean') return PRIOR[name]
  return PRIOR[name] * clamp((historyDays - YEAR) / PROBATION_DAYS, LEAST_TRUST, 1)
}

/** The shares' mean of what the models say; shares of absent models go to those present. */
export function blend(candidates: Candidates, shares: Shares): number[] {
  const present = [...candidates].map(([name, forecast]) => ({ forecast, share: shares.get(name) ?? 0 }))
  const total = present.reduce((all, { share }) => all + share, 0)
  const days = Math.max(0, ...present.map(({ forecast }) => forecast.length))
  return Array.from({ length: days }, (_, i) =>
    present.reduce((value, { forecast, share }) => value + (forecast[i] ?? 0) * (share / total), 0),
  )
}

function relativeError(own: number, reference: number): number {
  if (reference > 0) return own / reference
  return own > 0 ? 10 : 1
}

function add(totals: Map<ModelName, number>, name: ModelName, amount: number): void {
  totals.set(name, (totals.get(name) ?? 0) + amount)
}
