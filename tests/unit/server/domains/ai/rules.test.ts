import { describe, expect, it } from 'vitest'
import { chargeFor, creditsFor, providerCostYen, tokenMultiplier } from '../../../../../server/domains/ai/rules'

describe('tokenMultiplier', () => {
  it.each([
    [0, 1],
    [1, 1],
    [1000, 1],
    [1001, 1.25],
    [2000, 1.25],
    [2001, 1.5],
    [3000, 1.5],
    [9001, 3.25],
  ])('%i tokens → %d', (tokens, multiplier) => expect(tokenMultiplier(tokens)).toBe(multiplier))
})

describe('creditsFor', () => {
  it.each([
    // base, factor, tokens, credits
    [2, 1, 0, 2],
    [2, 1, 1000, 2],
    [2, 1, 1001, 3],
    [2, 1, 2001, 3],
    [2, 1, 3001, 4],
    [2, 2, 500, 4],
    [8, 1, 0, 8],
    [8, 1, 1500, 10],
    [10, 1.1, 10, 11],
    [15, 1.1, 10, 17],
    [2, 0.1, 10, 1],
  ])('base %d, factor %d, %i tokens → %i credits', (baseCredits, creditFactor, tokens, credits) =>
    expect(creditsFor({ baseCredits, creditFactor }, tokens)).toBe(credits),
  )
})

it('never charges above what was reserved and shown', () => {
  const price = { baseCredits: 2, creditFactor: 1 }
  expect(chargeFor(price, 5000, 3)).toBe(3)
  expect(chargeFor(price, 500, 3)).toBe(2)
})

it('reckons the provider’s price by the million tokens', () => {
  expect(providerCostYen({ inputYenPerMillion: 22.5, outputYenPerMillion: 90 }, 2000, 1000)).toBeCloseTo(0.135)
})
