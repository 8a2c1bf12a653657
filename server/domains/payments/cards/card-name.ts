import { text, type Locale } from '../../../utils/texts'
import type { Expiry } from './rules'

const known = new Set(['visa', 'mastercard', 'amex', 'jcb', 'diners', 'discover', 'unionpay'])

/** As its owner knows it, in a sentence: "Visa 下4桁 4242". */
export function cardWords(locale: Locale, { brand, last4 }: { brand: string; last4: string }): string {
  const name = text(locale, `payments.cards.brands.${known.has(brand) ? brand : 'unknown'}`)
  return text(locale, 'payments.notices.card', { brand: name, last4 })
}

/** The last month it is good for: 2027年3月. */
export function cardExpiry(locale: Locale, { expYear, expMonth }: Expiry): string {
  const month = new Date(Date.UTC(expYear, expMonth - 1))
  return month.toLocaleDateString(locale, { year: 'numeric', month: 'long', timeZone: 'UTC' })
}
