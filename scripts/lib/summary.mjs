/**
 * Prints one table of all stages and, as the very last line, the sum.
 * @param {({ name: string, seconds?: number } & import('./stages.mjs').Result)[]} results
 * @param {{ strict: boolean }} options `strict` counts what was not run as failed
 * @returns {0 | 1} the exit code
 */
export function summarise(results, { strict }) {
  const counted = strict ? results.map(countSkippedAsFailed) : results
  const sum = (key) => counted.reduce((total, result) => total + result[key], 0)
  const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map(sum)

  console.log(`\n${line(['stage', 'passed', 'failed', 'not run', 'seconds'])}`)
  for (const { name, seconds = 0, reason, ...result } of counted) {
    const row = [name, result.passed, result.failed, result.skipped, seconds.toFixed(1)]
    console.log(line(row) + (reason ? `  ${reason}` : ''))
  }
  console.log(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`)
  return failed > 0 || passed === 0 ? 1 : 0
}

const countSkippedAsFailed = (result) => ({ ...result, failed: result.failed + result.skipped, skipped: 0 })

const line = ([name, ...columns]) => name.padEnd(14) + columns.map((column) => String(column).padStart(10)).join('')
