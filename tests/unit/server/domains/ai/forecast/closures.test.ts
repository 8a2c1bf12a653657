import { describe, expect, it } from 'vitest'
import { fillClosedDays, findClosedDays } from '../../../../../../server/domains/ai/forecast/closures'

const WEEK = [10, 11, 12, 13, 20, 30, 25]
const weeks = (count: number) => Array.from({ length: count }, () => WEEK).flat()
const empty = (days: number) => Array.from({ length: days }, () => 0)

describe('findClosedDays', () => {
  it('marks a closed fortnight, and only it', () => {
    const values = [...weeks(6), ...empty(14), ...weeks(3)]
    const closed = findClosedDays(values)
    expect(closed.filter(Boolean)).toHaveLength(14)
    expect(closed.indexOf(true)).toBe(42)
  })

  it.each([
    ['six empty days', [...weeks(4), ...empty(6), ...weeks(2)]],
    ['nothing but empty days', empty(60)],
    ['four empty weeks up to today', [...weeks(8), ...empty(28)]],
    ['a small inn with most days empty', Array.from({ length: 200 }, (_, i) => (i % 9 === 0 ? 1 : 0))],
  ])('does not mark %s', (_, values) => {
    expect(findClosedDays(values)).not.toContain(true)
  })

  it('marks a closure that runs until today and is short of four weeks', () => {
    expect(findClosedDays([...weeks(8), ...empty(20)]).filter(Boolean)).toHaveLength(20)
  })
})

describe('fillClosedDays', () => {
  it('puts the usual weekday where the hotel was closed', () => {
    const values = [...weeks(6), ...empty(14), ...weeks(3)]
    expect(fillClosedDays(values, findClosedDays(values))).toEqual(weeks(11))
  })

  it('leaves open days alone', () => {
    const values = weeks(5)
    expect(fillClosedDays(values, findClosedDays(values))).toEqual(values)
  })
})
