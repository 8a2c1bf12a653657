/**
 * Stripe's documented test cards: https://docs.stripe.com/testing
 * Each behaves the same whether its number is typed or its name is sent.
 */

/** Why a bank refuses, with what Stripe says of it: https://docs.stripe.com/declines/codes */
export interface Decline {
  code: 'card_declined' | 'expired_card' | 'incorrect_cvc' | 'processing_error' | 'authentication_required'
  declineCode?: string
  message: string
  advice?: 'do_not_try_again' | 'try_again_later' | 'confirm_card_data'
}

export interface TestCard {
  number: string
  brand: 'visa' | 'mastercard' | 'amex' | 'jcb' | 'discover'
  funding?: 'credit' | 'debit' | 'prepaid'
  country?: string
  /** What the bank says to a charge, after the authentication where there is one. */
  decline?: Decline
  /** Refused as soon as it is to be saved; without it a declining card is declined then as well. */
  savedThough?: boolean
  /**
   * When the bank asks for 3-D Secure: `always`; `unless-set-up` for charges off-session (on-session always);
   * `on-session` where it was set up elsewhere; `if-asked` when the merchant asks for it.
   */
  authentication?: 'always' | 'unless-set-up' | 'on-session' | 'if-asked'
}

const declined = (declineCode: string, advice: Decline['advice'], message = 'Your card was declined.'): Decline => ({
  code: 'card_declined',
  declineCode,
  message,
  advice,
})
const generic = declined('generic_decline', 'try_again_later')
const insufficientFunds = declined('insufficient_funds', 'try_again_later', 'Your card has insufficient funds.')

export const authenticationRequired: Decline = {
  code: 'authentication_required',
  declineCode: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
}

const cards = {
  pm_card_visa: { number: '4242424242424242', brand: 'visa' },
  pm_card_visa_debit: { number: '4000056655665556', brand: 'visa', funding: 'debit' },
  pm_card_mastercard: { number: '5555555555554444', brand: 'mastercard' },
  pm_card_mastercard_debit: { number: '5200828282828210', brand: 'mastercard', funding: 'debit' },
  pm_card_amex: { number: '378282246310005', brand: 'amex' },
  pm_card_discover: { number: '6011111111111117', brand: 'discover' },
  pm_card_jcb: { number: '3566002020360505', brand: 'jcb' },
  pm_card_jp: { number: '4000003920000003', brand: 'visa', country: 'JP' },

  pm_card_chargeDeclined: { number: '4000000000000002', brand: 'visa', decline: generic },
  pm_card_chargeDeclinedInsufficientFunds: {
    number: '4000000000009995',
    brand: 'visa',
    decline: insufficientFunds,
  },
  pm_card_chargeDeclinedLostCard: {
    number: '4000000000009987',
    brand: 'visa',
    decline: declined('lost_card', 'do_not_try_again'),
  },
  pm_card_chargeDeclinedStolenCard: {
    number: '4000000000009979',
    brand: 'visa',
    decline: declined('stolen_card', 'do_not_try_again'),
  },
  pm_card_chargeDeclinedExpiredCard: {
    number: '4000000000000069',
    brand: 'visa',
    decline: { code: 'expired_card', message: 'Your card has expired.', advice: 'confirm_card_data' },
  },
  pm_card_chargeDeclinedIncorrectCvc: {
    number: '4000000000000127',
    brand: 'visa',
    decline: {
      code: 'incorrect_cvc',
      message: "Your card's security code is incorrect.",
      advice: 'confirm_card_data',
    },
  },
  pm_card_chargeDeclinedProcessingError: {
    number: '4000000000000119',
    brand: 'visa',
    decline: {
      code: 'processing_error',
      message: 'An error occurred while processing your card. Try again in a little bit.',
      advice: 'try_again_later',
    },
  },
  pm_card_visa_chargeDeclinedVelocityLimitExceeded: {
    number: '4000000000006975',
    brand: 'visa',
    decline: declined('card_velocity_exceeded', 'try_again_later'),
  },
  pm_card_radarBlock: {
    number: '4100000000000019',
    brand: 'visa',
    decline: declined('fraudulent', 'do_not_try_again'),
  },
  pm_card_chargeCustomerFail: { number: '4000000000000341', brand: 'visa', decline: generic, savedThough: true },

  pm_card_authenticationRequired: { number: '4000002760003184', brand: 'visa', authentication: 'always' },
  pm_card_authenticationRequiredOnSetup: {
    number: '4000002500003155',
    brand: 'visa',
    authentication: 'unless-set-up',
  },
  pm_card_authenticationRequiredSetupForOffSession: {
    number: '4000003800000446',
    brand: 'visa',
    authentication: 'on-session',
  },
  pm_card_authenticationRequiredChargeDeclinedInsufficientFunds: {
    number: '4000008260003178',
    brand: 'visa',
    authentication: 'unless-set-up',
    decline: insufficientFunds,
    savedThough: true,
  },
  pm_card_threeDSecure2Required: { number: '4000000000003220', brand: 'visa', authentication: 'always' },
  pm_card_threeDSecureRequired: { number: '4000000000003063', brand: 'visa', authentication: 'always' },
  pm_card_threeDSecureRequiredChargeDeclined: {
    number: '4000008400001629',
    brand: 'visa',
    authentication: 'always',
    decline: generic,
  },
  pm_card_threeDSecureOptional: { number: '4000000000003055', brand: 'visa', authentication: 'if-asked' },
} satisfies Record<string, TestCard>

export type CardName = keyof typeof cards

export const testCards = (): TestCard[] => Object.values(cards)
export const testCard = (name: CardName): TestCard => cards[name]
export const isCardName = (name: string): name is CardName => Object.hasOwn(cards, name)

/** Names by which Stripe knows the same card. */
const aliases: Record<string, CardName> = {
  pm_card_visa_chargeDeclined: 'pm_card_chargeDeclined',
  pm_card_visa_chargeDeclinedInsufficientFunds: 'pm_card_chargeDeclinedInsufficientFunds',
  pm_card_visa_chargeDeclinedLostCard: 'pm_card_chargeDeclinedLostCard',
  pm_card_visa_chargeDeclinedStolenCard: 'pm_card_chargeDeclinedStolenCard',
  pm_card_chargeDeclinedFraudulent: 'pm_card_radarBlock',
}
export const cardNamed = (name: string): CardName | undefined => (isCardName(name) ? name : aliases[name])

const byNumber = new Map<string, CardName>(
  Object.entries(cards).map(([name, { number }]) => [number, name as CardName]),
)
export const cardNumbered = (number: string): CardName | undefined => byNumber.get(number)
