/** What an auto-purchase buys; the page says it before the server does it. Amounts are credits. */

/** What one charge has to bring so that the next is not due at once: the hotel's amount, more where the gap is wider. */
export function creditsToBuy(state: { purchaseAmount: number; threshold: number; available: number }): number {
  return Math.max(state.purchaseAmount, state.threshold - state.available + 1)
}

/** The smallest package that covers the amount. @param packages the fewest credits first */
export function packageFor<P extends { creditsAmount: number }>(packages: P[], credits: number): P | undefined {
  return packages.find((pack) => pack.creditsAmount >= credits)
}
