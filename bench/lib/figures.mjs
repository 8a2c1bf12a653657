/** @param {number[]} values */
export const median = (values) => percentile(values, 50)

/**
 * @param {number[]} values
 * @param {number} percent
 */
export function percentile(values, percent) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN
}

/** @param {number} value */
export const rounded = (value) => Math.round(value * 1000) / 1000

/** @param {{ figure: string, ours: number, reference: number, ratio: number, goal: string, unit: string }} line */
export function conclude(line) {
  console.log(
    JSON.stringify({
      ...line,
      ours: rounded(line.ours),
      reference: rounded(line.reference),
      ratio: rounded(line.ratio),
    }),
  )
}
