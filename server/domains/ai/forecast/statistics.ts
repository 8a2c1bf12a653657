export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** Arithmetic mean; 0 of nothing. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

/** Largest value; 0 of nothing. */
export function maximum(values: readonly number[]): number {
  return values.reduce((best, value) => Math.max(best, value), 0)
}

/** Mean of `values[from, to)`, cut to what exists; null where nothing does. */
export function meanBetween(values: readonly number[], from: number, to: number): number | null {
  const slice = values.slice(Math.max(0, from), Math.max(0, to))
  return slice.length === 0 ? null : mean(slice)
}

export interface WeightedValue {
  readonly value: number
  readonly weight: number
}

/** Least value at or below which the share `q` of the weight of an ascending list lies; 0 of nothing. */
export function weightedQuantileOfSorted(sorted: readonly WeightedValue[], q: number): number {
  const wanted = q * sum(sorted.map(({ weight }) => weight))
  let reached = 0
  for (const { value, weight } of sorted) {
    reached += weight
    // Sums of weights differ from their share in the last digits.
    if (reached >= wanted - 1e-9) return value
  }
  return sorted.at(-1)?.value ?? 0
}
