/** Days of the season that every hotel has: the week. */
export const WEEK = 7

/**
 * The reference every forecast is held against: the last observed week, repeated
 * (Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.2):
 * the value of lead h is `history[n - 1 + h - 7·ceil(h / 7)]`.
 *
 * @param history at least one value; below a week the last value is repeated instead
 * @param days number of values wanted
 */
export function seasonalNaive(history: readonly number[], days: number): number[] {
  const n = history.length
  const period = n >= WEEK ? WEEK : 1
  return Array.from({ length: days }, (_, i) => history[n - period + (i % period)] ?? 0)
}
