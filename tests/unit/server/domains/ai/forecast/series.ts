import type { DailySeries } from '../../../../../../server/domains/ai/forecast/types'

export const START = '2024-01-01'

/** A repeatable sequence of numbers in [0, 1): mulberry32. */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A hotel with busy weekends, a high season in August and some chance. */
export function hotelSeries(days: number, { level = 60, seed = 1 } = {}): DailySeries {
  const random = randomNumbers(seed)
  const values = Array.from({ length: days }, (_, day) => {
    const season = 1 + 0.4 * Math.sin((2 * Math.PI * (day - 140)) / 365.25)
    const weekend = day % 7 >= 4 ? 1.3 : 0.85
    return Math.round(level * season * weekend * (0.85 + 0.3 * random()))
  })
  return { start: START, values }
}

export function series(values: readonly number[], start = START): DailySeries {
  return { start, values }
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length
}

/** Processor time of some work in milliseconds; unlike the clock it does not mind busy neighbours. */
export async function processorTime(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
