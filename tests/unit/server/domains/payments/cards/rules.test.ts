import { describe, expect, it } from 'vitest'
import {
  defaultOf,
  expiryMonth,
  expiryState,
  newestOfEach,
} from '../../../../../../server/domains/payments/cards/rules'

const tokyo = 'Asia/Tokyo'

describe('when a card expires', () => {
  it.each([
    // Its month's last second in Tokyo, and the first of the next.
    [{ expMonth: 11, expYear: 2026 }, '2026-11-30T14:59:59Z', { isExpired: false, expiresSoon: true }],
    [{ expMonth: 11, expYear: 2026 }, '2026-11-30T15:00:00Z', { isExpired: true, expiresSoon: false }],
    [{ expMonth: 12, expYear: 2026 }, '2026-11-01T00:00:00Z', { isExpired: false, expiresSoon: true }],
    [{ expMonth: 1, expYear: 2027 }, '2026-11-30T14:59:59Z', { isExpired: false, expiresSoon: false }],
    // Over the end of the year.
    [{ expMonth: 1, expYear: 2027 }, '2026-12-01T00:00:00Z', { isExpired: false, expiresSoon: true }],
    [{ expMonth: 12, expYear: 2026 }, '2027-01-01T00:00:00Z', { isExpired: true, expiresSoon: false }],
  ])('%j at %s', (card, now, state) => {
    expect(expiryState(card, new Date(now), tokyo)).toEqual(state)
  })

  it('is written so that it sorts', () => {
    expect(expiryMonth({ expMonth: 3, expYear: 2027 })).toBe('2027-03')
  })
})

const card = (id: string, fingerprint: string | null, day: number, expYear = 2030) => ({
  stripePaymentMethodId: id,
  fingerprint,
  createdAt: new Date(Date.UTC(2026, 0, day)),
  expMonth: 6,
  expYear,
})
const ids = (cards: { stripePaymentMethodId: string }[]) => cards.map(({ stripePaymentMethodId: id }) => id)

describe('the same card entered twice', () => {
  it('stands once, by its newest entry', () => {
    const { kept, superseded } = newestOfEach([card('a1', 'a', 1), card('b1', 'b', 2), card('a2', 'a', 3)])
    expect(ids(kept)).toEqual(['a2', 'b1'])
    expect(ids(superseded)).toEqual(['a1'])
  })

  it('is not taken for one where Stripe knows no fingerprint', () => {
    expect(newestOfEach([card('a', null, 1), card('b', null, 2)]).superseded).toEqual([])
  })
})

describe('the default card', () => {
  const now = new Date('2026-11-21T00:00:00Z')
  const chosen = (present: string | undefined, listed: ReturnType<typeof card>[]) =>
    defaultOf(present, { listed, kept: newestOfEach(listed).kept }, now, tokyo)?.stripePaymentMethodId

  it('is the first one there is', () => {
    expect(chosen(undefined, [card('a', 'a', 1)])).toBe('a')
  })
  it('stays while it is there', () => {
    expect(chosen('a', [card('a', 'a', 1), card('b', 'b', 2)])).toBe('a')
  })
  it('goes on to the newest when it is gone', () => {
    expect(chosen('gone', [card('a', 'a', 1), card('b', 'b', 2)])).toBe('b')
  })
  it('goes past one that has expired, unless there is no other', () => {
    expect(chosen('gone', [card('a', 'a', 1), card('b', 'b', 2, 2025)])).toBe('a')
    expect(chosen('gone', [card('b', 'b', 2, 2025)])).toBe('b')
  })
  it('stays with the card that was entered again', () => {
    expect(chosen('a1', [card('a1', 'a', 1), card('a2', 'a', 2), card('b', 'b', 3)])).toBe('a2')
  })
  it('is none without a card', () => {
    expect(chosen('gone', [])).toBeUndefined()
  })
})
