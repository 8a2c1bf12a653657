import { describe, expect, it } from 'vitest'
import { seasonalNaive } from '../../../../../../server/domains/ai/forecast/seasonal-naive'

describe('seasonalNaive', () => {
  it('repeats the last week, by hand', () => {
    const history = [90, 91, 1, 2, 3, 4, 5, 6, 7]
    expect(seasonalNaive(history, 16)).toEqual([1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6, 7, 1, 2])
  })

  it('follows the formula y(n + h - 7·ceil(h/7)), h from 1', () => {
    const history = Array.from({ length: 20 }, (_, i) => i * i)
    seasonalNaive(history, 90).forEach((value, i) => {
      const h = i + 1
      expect(value).toBe(history[history.length - 1 + h - 7 * Math.ceil(h / 7)])
    })
  })

  it('repeats the last day where there is no week yet', () => {
    expect(seasonalNaive([3, 8], 3)).toEqual([8, 8, 8])
  })
})
