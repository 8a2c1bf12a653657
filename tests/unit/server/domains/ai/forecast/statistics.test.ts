import { describe, expect, it } from 'vitest'
import { weightedQuantileOfSorted } from '../../../../../../server/domains/ai/forecast/statistics'

const equal = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((value) => ({ value, weight: 0.1 }))

describe('weightedQuantileOfSorted', () => {
  it.each([
    [0, 1],
    [0.1, 1],
    [0.5, 5],
    [0.9, 9],
    [1, 10],
  ])('of ten equal weights, share %d is at %d', (q, value) => {
    expect(weightedQuantileOfSorted(equal, q)).toBe(value)
  })

  it('lets a heavy value speak for many', () => {
    const sorted = [
      { value: 1, weight: 1 },
      { value: 2, weight: 8 },
      { value: 3, weight: 1 },
    ]
    expect([0.2, 0.5, 0.9].map((q) => weightedQuantileOfSorted(sorted, q))).toEqual([2, 2, 2])
  })

  it('is 0 of nothing', () => expect(weightedQuantileOfSorted([], 0.5)).toBe(0))
})
