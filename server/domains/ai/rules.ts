/** Pure price rules of the AI functions. Amounts are credits. Source: spec 03, "Price in credits". */

export interface Price {
  /** Credits of the function, before tokens and model. */
  baseCredits: number
  /** What the model's size multiplies them with. */
  creditFactor: number
}

const includedTokens = 1000
const stepTokens = 1000
const stepShare = 0.25

/** 1 up to 1,000 tokens, then 0.25 more for each further 1,000 begun. */
export function tokenMultiplier(tokens: number): number {
  return 1 + stepShare * Math.ceil(Math.max(0, tokens - includedTokens) / stepTokens)
}

/** What a call of so many tokens costs, in whole credits. */
export function creditsFor({ baseCredits, creditFactor }: Price, tokens: number): number {
  // Factors are decimals (1.1 × 10 is 11.000000000000002): what lies a millionth above a whole credit is that credit.
  return Math.max(1, Math.ceil(baseCredits * tokenMultiplier(tokens) * creditFactor - 1e-6))
}

/** What is charged: what the tokens cost, never above what was reserved and shown. */
export function chargeFor(price: Price, tokens: number, maximum: number): number {
  return Math.min(creditsFor(price, tokens), maximum)
}

/** Yen a provider takes for a call; prices are for a million tokens. */
export function providerCostYen(
  price: { inputYenPerMillion: number; outputYenPerMillion: number },
  tokensIn: number,
  tokensOut: number,
): number {
  return (tokensIn * price.inputYenPerMillion + tokensOut * price.outputYenPerMillion) / 1_000_000
}
