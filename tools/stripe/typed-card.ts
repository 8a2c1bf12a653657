import type Stripe from 'stripe'
import { cardNumbered, type CardName } from './cards'
import { cardError, invalid } from './errors'
import { luhn } from './luhn'

/** What Stripe finds in a number and a date before any bank is asked. */
export function checkedCard(card: Stripe.PaymentMethodCreateParams.Card): {
  name: CardName
  expMonth: number
  expYear: number
} {
  for (const field of ['number', 'exp_month', 'exp_year'] as const) {
    const param = `card[${field}]`
    if (card[field] === undefined)
      throw invalid(`Missing required param: ${param}.`, { code: 'parameter_missing', param })
  }
  const { number: typed = '', exp_month: expMonth = 0, exp_year: year = 0, cvc } = card
  const number = typed.replace(/\s/g, '')
  const expYear = fullYear(year)
  if (!luhn(number)) {
    throw cardError({ code: 'incorrect_number', message: 'Your card number is incorrect.', param: 'card[number]' })
  }
  const today = new Date()
  if (expMonth < 1 || expMonth > 12) {
    throw cardError({
      code: 'invalid_expiry_month',
      message: "Your card's expiration month is invalid.",
      param: 'card[exp_month]',
    })
  }
  if (expYear * 12 + expMonth < today.getFullYear() * 12 + today.getMonth() + 1) {
    throw cardError({
      code: 'invalid_expiry_year',
      message: "Your card's expiration year is invalid.",
      param: 'card[exp_year]',
    })
  }
  if (cvc !== undefined && !/^\d{3,4}$/.test(cvc)) {
    throw cardError({ code: 'invalid_cvc', message: "Your card's security code is invalid.", param: 'card[cvc]' })
  }
  const name = cardNumbered(number)
  if (!name) {
    throw cardError({
      code: 'card_declined',
      decline_code: 'test_mode_live_card',
      message:
        'Your card was declined. Your request was in test mode, but used a non test (live) card. For a list of valid test cards, visit: https://docs.stripe.com/testing.',
      param: 'card[number]',
    })
  }
  return { name, expMonth, expYear }
}

export const fullYear = (year: number) => (year < 100 ? 2000 + year : year)
