import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDay, parseDay } from '../../../../../../server/domains/ai/forecast/calendar'

describe('parseDay', () => {
  it.each(['2023-02-29', '2024-02-30', '2024-13-01', '2024-1-1', '20240101', '', '2024-01-01T00:00'])(
    'refuses %j',
    (text) => expect(parseDay(text)).toBeNull(),
  )

  it('takes a leap day', () => expect(parseDay('2024-02-29')).toBe(19_782))

  it('is undone by formatDay', () => {
    fc.assert(fc.property(fc.integer({ min: -20_000, max: 60_000 }), (day) => parseDay(formatDay(day)) === day))
  })
})
