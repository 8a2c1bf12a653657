import { text, type Locale } from '../../utils/texts'

/**
 * Refusals after which the same card must not be charged again. Visa and Mastercard fine those who try, and no waiting
 * changes the answer. do_not_honor, generic_decline and insufficient_funds are not among them: a later try may go through.
 * Sources: https://docs.stripe.com/declines/codes, and the codes that Stripe itself does not retry:
 * https://docs.stripe.com/billing/revenue-recovery/smart-retries
 */
const finalDeclineCodes = new Set([
  'do_not_try_again',
  'fraudulent',
  'highest_risk_level',
  'incorrect_number',
  'invalid_account',
  'lost_card',
  'merchant_blacklist',
  'pickup_card',
  'restricted_card',
  'revocation_of_all_authorizations',
  'revocation_of_authorization',
  'security_violation',
  'stolen_card',
  'stop_payment_order',
  'transaction_not_allowed',
])

/**
 * Whether the bank, or its card network, forbids another try with this card.
 * @param declineCode Stripe's decline_code; @param adviceCode Stripe's advice_code, the network's word where there is one
 */
export function isFinalRefusal(declineCode: string | null | undefined, adviceCode?: string | null): boolean {
  return adviceCode === 'do_not_try_again' || (declineCode != null && finalDeclineCodes.has(declineCode))
}

/**
 * What is said for Stripe's codes. A card reported lost, stolen or under suspicion is one thing to the person who pays:
 * Stripe asks not to say more than that the card was refused.
 */
const messages = {
  authentication_required: 'authenticationFailed',
  payment_intent_authentication_failure: 'authenticationFailed',
  setup_intent_authentication_failure: 'authenticationFailed',
  expired_card: 'expired',
  invalid_expiry_month: 'expired',
  invalid_expiry_year: 'expired',
  incorrect_cvc: 'incorrectCvc',
  invalid_cvc: 'incorrectCvc',
  incorrect_number: 'incorrectNumber',
  invalid_number: 'incorrectNumber',
  insufficient_funds: 'insufficientFunds',
  card_velocity_exceeded: 'limitExceeded',
  withdrawal_count_limit_exceeded: 'limitExceeded',
  card_not_supported: 'notSupported',
  currency_not_supported: 'notSupported',
  duplicate_transaction: 'duplicate',
  issuer_not_available: 'processingError',
  processing_error: 'processingError',
  reenter_transaction: 'processingError',
  try_again_later: 'processingError',
  fraudulent: 'callIssuer',
  lost_card: 'callIssuer',
  merchant_blacklist: 'callIssuer',
  pickup_card: 'callIssuer',
  restricted_card: 'callIssuer',
  stolen_card: 'callIssuer',
  card_declined: 'declined',
} as const satisfies Record<string, string>

const isKnown = (code: string | null | undefined): code is keyof typeof messages =>
  code != null && Object.hasOwn(messages, code)

/**
 * A refused payment in the words of the person who pays: what happened and what to do.
 * @param code Stripe's error code; @param declineCode the bank's, which says more where there is one
 */
export function declineMessage(
  locale: Locale,
  code: string | null | undefined,
  declineCode: string | null | undefined,
): string {
  const key = isKnown(declineCode)
    ? messages[declineCode]
    : declineCode
      ? 'declined'
      : isKnown(code)
        ? messages[code]
        : 'generic'
  return text(locale, `payments.declines.${key}`)
}
