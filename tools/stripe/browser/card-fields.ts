/** What the three fields of a card hold, and what is wrong with it. */
import { luhn } from '../luhn'
import type { Text } from './texts'

export interface CardFields {
  number: string
  expiry: string
  cvc: string
}

export type Brand = 'visa' | 'mastercard' | 'amex' | 'jcb' | 'discover' | 'unknown'

const brands: [RegExp, Brand][] = [
  [/^4/, 'visa'],
  [/^(5[1-5]|2[2-7])/, 'mastercard'],
  [/^3[47]/, 'amex'],
  [/^35/, 'jcb'],
  [/^6(011|5)/, 'discover'],
]

export const brandOf = (number: string): Brand =>
  brands.find(([pattern]) => pattern.test(digits(number)))?.[1] ?? 'unknown'

export const numberLength = (number: string): number => (brandOf(number) === 'amex' ? 15 : 16)
export const cvcLength = (number: string): number => (brandOf(number) === 'amex' ? 4 : 3)

export const digits = (typed: string): string => typed.normalize('NFKC').replace(/\D/g, '')

export function formatNumber(typed: string): string {
  const given = digits(typed).slice(0, numberLength(typed))
  const groups =
    brandOf(given) === 'amex' ? /^(\d{1,4})(\d{1,6})?(\d{1,5})?$/ : /(\d{1,4})(\d{1,4})?(\d{1,4})?(\d{1,4})?/
  return (groups.exec(given)?.slice(1) ?? []).filter(Boolean).join(' ')
}

/** `1` waits for more, `4` can only be April. */
export function formatExpiry(typed: string): string {
  const given = digits(typed).slice(0, 4)
  const whole = /^[2-9]/.test(given) ? `0${given}`.slice(0, 4) : given
  return whole.length > 2 ? `${whole.slice(0, 2)} / ${whole.slice(2)}` : whole
}

/** @param left the fields that were left: an unfinished field is wrong only then */
export function problemOf(fields: CardFields, left: ReadonlySet<keyof CardFields>, today: Date): Text | undefined {
  const number = digits(fields.number)
  const expiry = digits(fields.expiry)
  const finished = number.length === numberLength(number)
  if (finished && !luhn(number)) return 'invalid_number'
  if (!finished && number && left.has('number')) return 'incomplete_number'
  if (expiry.length === 4 && isPast(expiry, today)) return 'invalid_expiry_year_past'
  if (expiry && left.has('expiry') && !isDate(expiry)) return 'incomplete_expiry'
  if (fields.cvc && left.has('cvc') && digits(fields.cvc).length < cvcLength(number)) return 'incomplete_cvc'
  return undefined
}

export function isComplete(fields: CardFields, today: Date): boolean {
  const number = digits(fields.number)
  const expiry = digits(fields.expiry)
  return (
    number.length === numberLength(number) &&
    luhn(number) &&
    isDate(expiry) &&
    !isPast(expiry, today) &&
    digits(fields.cvc).length === cvcLength(number)
  )
}

/** What is missing when somebody pays with it as it is. */
export function missingOf(fields: CardFields, today: Date): Text | undefined {
  const all = new Set(['number', 'expiry', 'cvc'] as const)
  const wrong = problemOf(fields, all, today)
  if (wrong) return wrong
  if (!fields.number) return 'incomplete_number'
  if (!fields.expiry) return 'incomplete_expiry'
  return fields.cvc ? undefined : 'incomplete_cvc'
}

const isDate = (expiry: string) => /^(0[1-9]|1[0-2])\d\d$/.test(expiry)

const isPast = (expiry: string, today: Date) =>
  (2000 + Number(expiry.slice(2))) * 12 + Number(expiry.slice(0, 2)) < today.getFullYear() * 12 + today.getMonth() + 1
