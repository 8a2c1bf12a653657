import { fromDateColumn, monthOf, toDateColumn } from '#shared/utils/calendar'

export interface Expiry {
  expMonth: number
  expYear: number
}

/** 'YYYY-MM': a card is good to the last day of this month. */
export const expiryMonth = ({ expYear, expMonth }: Expiry): string => `${expYear}-${String(expMonth).padStart(2, '0')}`

/** Whether a card's month is over, and whether it is this one or the next, in the hotel's time zone. */
export function expiryState(card: Expiry, now: Date, timeZone: string): { isExpired: boolean; expiresSoon: boolean } {
  const thisMonth = monthOf(now, timeZone)
  const month = expiryMonth(card)
  const isExpired = month < thisMonth.slice(0, 7)
  return { isExpired, expiresSoon: !isExpired && month <= nextMonth(thisMonth).slice(0, 7) }
}

function nextMonth(firstDay: string): string {
  const date = toDateColumn(firstDay)
  date.setUTCMonth(date.getUTCMonth() + 1)
  return fromDateColumn(date)
}

interface Listed extends Expiry {
  stripePaymentMethodId: string
  /** Stripe's, equal for equal card numbers; null where it knows none. */
  fingerprint: string | null
  createdAt: Date
}

/** The same card entered twice is one card to its owner: its newest entry stands for it. */
export function newestOfEach<Card extends Listed>(cards: Card[]): { kept: Card[]; superseded: Card[] } {
  const newestFirst = [...cards].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
  const isNewest = (card: Card) =>
    !card.fingerprint || newestFirst.find(({ fingerprint }) => fingerprint === card.fingerprint) === card
  return {
    kept: newestFirst.filter(isNewest),
    superseded: newestFirst.filter((card) => !isNewest(card)),
  }
}

/**
 * Which card is charged where none is named: the present default while it is there, or what has taken its place;
 * else the newest that has not expired.
 * @param listed every card at Stripe; @param kept those of them that stand, newest first
 */
export function defaultOf<Card extends Listed>(
  present: string | undefined,
  { listed, kept }: { listed: Card[]; kept: Card[] },
  now: Date,
  timeZone: string,
): Card | undefined {
  const before = listed.find(({ stripePaymentMethodId }) => stripePaymentMethodId === present)
  const same = kept.find(
    (card) => card === before || (before?.fingerprint != null && card.fingerprint === before.fingerprint),
  )
  return same ?? kept.find((card) => !expiryState(card, now, timeZone).isExpired) ?? kept[0]
}
