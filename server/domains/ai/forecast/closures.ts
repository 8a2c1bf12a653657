import { WEEK } from './seasonal-naive'
import { mean, sum } from './statistics'

/** A closure still running after this many days is taken for the hotel's new state. */
const LASTING_CLOSURE_DAYS = 4 * WEEK
/** A run of empty days counts as a closure where chance would make it this seldom. */
const CHANCE_OF_EMPTY_RUN = 1e-3
const NEIGHBOUR_WEEKS = 4

/**
 * Days on which the hotel was closed: runs of zeros of a week or more that the share of empty days
 * elsewhere does not explain. A small inn with many empty days has no closures by this rule.
 * A run that reaches the end of the history and is four weeks long is not marked: whether the house
 * opens again is then the question itself, and zeros are the best answer its recent days give.
 *
 * @returns one flag a day
 */
export function findClosedDays(values: readonly number[]): boolean[] {
  const closed = values.map(() => false)
  const runs = zeroRuns(values)
  const zeros = sum(runs.map(({ from, to }) => to - from))
  for (const { from, to } of runs) {
    const length = to - from
    if (length < WEEK || length === values.length) continue
    const shareElsewhere = (zeros - length) / (values.length - length)
    if (shareElsewhere ** length > CHANCE_OF_EMPTY_RUN) continue
    if (to === values.length && length >= LASTING_CLOSURE_DAYS) continue
    closed.fill(true, from, to)
  }
  return closed
}

function zeroRuns(values: readonly number[]): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = []
  let from = -1
  for (let i = 0; i <= values.length; i++) {
    if (values[i] === 0) {
      if (from < 0) from = i
    } else if (from >= 0) {
      runs.push({ from, to: i })
      from = -1
    }
  }
  return runs
}

/**
 * Puts on closed days what the hotel would likely have had: the mean of the nearest open days of
 * the same weekday, so that a closure moves neither the level nor the shape of the week.
 */
export function fillClosedDays(values: readonly number[], closed: readonly boolean[]): number[] {
  const openMean = mean(values.filter((_, i) => !closed[i]))
  return values.map((value, day) => {
    if (!closed[day]) return value
    const neighbours = [...nearestOpen(values, closed, day, -WEEK), ...nearestOpen(values, closed, day, WEEK)]
    return neighbours.length > 0 ? mean(neighbours) : openMean
  })
}

function nearestOpen(values: readonly number[], closed: readonly boolean[], day: number, step: number): number[] {
  const found: number[] = []
  for (let i = day + step; i >= 0 && i < values.length; i += step) {
    const value = values[i]
    if (value === undefined || closed[i]) continue
    found.push(value)
    if (found.length === NEIGHBOUR_WEEKS) break
  }
  return found
}
