import type { Decline } from './cards'
import type { ErrorBody } from './errors'

/** What Stripe says of a bank's refusal, in errors and in the intent's last error alike. */
export const declineError = (decline: Decline): Omit<ErrorBody, 'type'> => ({
  code: decline.code,
  message: decline.message,
  ...(decline.declineCode && { decline_code: decline.declineCode }),
  ...(decline.advice && { advice_code: decline.advice }),
  doc_url: `https://docs.stripe.com/error-codes/${decline.code.replaceAll('_', '-')}`,
})
