/** Pure rules of the auto-purchase. Amounts are credits, money is whole yen with tax. */
import { creditsToBuy, packageFor } from '#shared/utils/auto-purchase'
import { expiryState, type Expiry } from '../cards/rules'
import { priceOf } from '../rules'

/** Between two attempts. Source: spec 02, "Auto-purchase". */
export const attemptIntervalMs = 10 * 60_000

interface Package {
  creditsAmount: number
  listPriceYen: number
  priceYen: number
  isBulkPackage: boolean
  isPromotional: boolean
}

export interface AutoPurchaseState<P extends Package = Package> {
  enabled: boolean
  available: number
  threshold: number
  /** What the hotel wants to buy at a time. */
  purchaseAmount: number
  monthlyCapYen: number | null
  attemptedAt: Date | null
  /** An auto-purchase whose payment is not decided yet. */
  isInFlight: boolean
  /** The hotel's default card. */
  card: Expiry | null
  /** On sale to the hotel, the fewest credits first. */
  packages: P[]
  /** Auto-purchases of this calendar month that were paid or may still be. */
  monthSpentYen: number
  timeZone: string
}

export type Decision<P extends Package = Package> =
  | { decision: 'NONE' }
  | { decision: 'IN_FLIGHT' | 'TOO_SOON' | 'NO_PACKAGE' }
  | { decision: 'NO_CARD'; reason: 'MISSING' | 'EXPIRED' }
  | { decision: 'CAP_REACHED' | 'STARTED'; package: P; totalYen: number }

/** Whether credits are bought now, and if not, why not. NONE: it is off, or there are enough. */
export function decide<P extends Package>(state: AutoPurchaseState<P>, now: Date): Decision<P> {
  if (!state.enabled || state.available > state.threshold) return { decision: 'NONE' }
  if (state.isInFlight) return { decision: 'IN_FLIGHT' }
  if (state.attemptedAt && now.getTime() - state.attemptedAt.getTime() < attemptIntervalMs)
    return { decision: 'TOO_SOON' }
  if (!state.card) return { decision: 'NO_CARD', reason: 'MISSING' }
  if (expiryState(state.card, now, state.timeZone).isExpired) return { decision: 'NO_CARD', reason: 'EXPIRED' }
  const pack = packageFor(state.packages, creditsToBuy(state))
  if (!pack) return { decision: 'NO_PACKAGE' }
  const { totalYen } = priceOf(pack)
  const isWithinCap = state.monthlyCapYen === null || state.monthSpentYen + totalYen <= state.monthlyCapYen
  return { decision: isWithinCap ? 'STARTED' : 'CAP_REACHED', package: pack, totalYen }
}

/** What is kept of a decision that bought nothing: not the same again and again. */
const repeatedAfterMs = 60 * 60_000

/** A decision that is the last one's, within the hour, is not written once more; one that buys always is. */
export function isWorthWriting(
  next: { decision: string; reason: string | null },
  last: { decision: string; reason: string | null; createdAt: Date } | null,
  now: Date,
): boolean {
  return (
    next.decision === 'STARTED' ||
    last?.decision !== next.decision ||
    last.reason !== next.reason ||
    now.getTime() - last.createdAt.getTime() >= repeatedAfterMs
  )
}
