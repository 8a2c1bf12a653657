import { describe, expect, it } from 'vitest'
import { packageFor } from '#shared/utils/auto-purchase'
import {
  decide,
  isWorthWriting,
  type AutoPurchaseState,
} from '../../../../../../server/domains/payments/auto-purchase/decide'

const now = new Date('2026-11-21T03:00:00Z')
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
const pack = (creditsAmount: number, priceYen: number) => ({
  creditsAmount,
  priceYen,
  listPriceYen: priceYen,
  isBulkPackage: false,
  isPromotional: false,
})
/** The opening packages: ¥1,320, ¥6,050, ¥22,000 and ¥99,000 with tax. */
const packages = [pack(100, 1200), pack(500, 5500), pack(2000, 20_000), pack(10_000, 90_000)]

const state = (change: Partial<AutoPurchaseState> = {}): AutoPurchaseState => ({
  enabled: true,
  available: 50,
  threshold: 50,
  purchaseAmount: 500,
  monthlyCapYen: null,
  attemptedAt: null,
  isInFlight: false,
  card: { expMonth: 11, expYear: 2026 },
  packages,
  monthSpentYen: 0,
  timeZone: 'Asia/Tokyo',
  ...change,
})

describe('what is decided', () => {
  it.each<[string, Partial<AutoPurchaseState>, string, number?]>([
    ['at the threshold', {}, 'STARTED', 6050],
    ['below it', { available: 0 }, 'STARTED', 6050],
    ['one above it', { available: 51 }, 'NONE'],
    ['switched off', { enabled: false, available: 0 }, 'NONE'],
    ['switched off with one in flight', { enabled: false, isInFlight: true }, 'NONE'],
    ['at zero with the threshold zero', { available: 0, threshold: 0 }, 'STARTED', 6050],
    ['one in flight', { isInFlight: true }, 'IN_FLIGHT'],
    ['one in flight, and no card', { isInFlight: true, card: null }, 'IN_FLIGHT'],
    ['ten minutes after the last attempt', { attemptedAt: minutesAgo(10) }, 'STARTED', 6050],
    ['a millisecond before', { attemptedAt: new Date(minutesAgo(10).getTime() + 1) }, 'TOO_SOON'],
    ['no card', { card: null }, 'NO_CARD'],
    ['a card of last month', { card: { expMonth: 10, expYear: 2026 } }, 'NO_CARD'],
    ['a card of this month', { card: { expMonth: 11, expYear: 2026 } }, 'STARTED', 6050],
    ['a card of last year', { card: { expMonth: 12, expYear: 2025 } }, 'NO_CARD'],
    ['more wanted than any package has', { purchaseAmount: 10_001 }, 'NO_PACKAGE'],
    ['nothing on sale', { packages: [] }, 'NO_PACKAGE'],
    ['the smallest that covers the amount', { purchaseAmount: 501 }, 'STARTED', 22_000],
    ['a small amount', { purchaseAmount: 1 }, 'STARTED', 1320],
    ['a gap wider than the amount', { available: 0, threshold: 600 }, 'STARTED', 22_000],
    ['a gap that the amount just closes', { available: 101, threshold: 600 }, 'STARTED', 6050],
    [
      'a gap one wider: at the threshold again, it would buy twice',
      { available: 100, threshold: 600 },
      'STARTED',
      22_000,
    ],
    ['up to the cap to the yen', { monthlyCapYen: 12_100, monthSpentYen: 6050 }, 'STARTED', 6050],
    ['a yen over the cap', { monthlyCapYen: 12_099, monthSpentYen: 6050 }, 'CAP_REACHED', 6050],
    ['a cap of nothing', { monthlyCapYen: 0 }, 'CAP_REACHED', 6050],
  ])('%s', (_case, change, decision, totalYen) => {
    const decided = decide(state(change), now)
    expect(decided.decision).toBe(decision)
    expect('totalYen' in decided ? decided.totalYen : undefined).toBe(totalYen)
  })
})

describe('the package', () => {
  it.each([
    [1, 100],
    [100, 100],
    [101, 500],
    [2000, 2000],
    [10_000, 10_000],
    [10_001, undefined],
  ])('for %i credits has %s', (credits, expected) => {
    expect(packageFor(packages, credits)?.creditsAmount).toBe(expected)
  })
})

describe('the log', () => {
  const last = { decision: 'NO_CARD', reason: 'EXPIRED', createdAt: minutesAgo(59) }
  it.each([
    ['the same within the hour', { decision: 'NO_CARD', reason: 'EXPIRED' }, last, false],
    [
      'the same an hour later',
      { decision: 'NO_CARD', reason: 'EXPIRED' },
      { ...last, createdAt: minutesAgo(60) },
      true,
    ],
    ['another reason', { decision: 'NO_CARD', reason: 'MISSING' }, last, true],
    ['another decision', { decision: 'TOO_SOON', reason: null }, last, true],
    ['the first', { decision: 'TOO_SOON', reason: null }, null, true],
    ['a purchase', { decision: 'STARTED', reason: null }, { decision: 'STARTED', reason: null, createdAt: now }, true],
  ])('%s: written %s', (_case, next, before, expected) => {
    expect(isWorthWriting(next, before, now)).toBe(expected)
  })
})
