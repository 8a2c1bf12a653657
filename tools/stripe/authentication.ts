/** 3-D Secure: when a bank asks for it, and what an intent says while it waits. */
import type Stripe from 'stripe'
import type { Place } from './call'
import type { TestCard } from './cards'
import { newId } from './ids'

export interface Occasion {
  /** The customer is not there to answer. */
  offSession: boolean
  /** The bank agreed before to charges without the customer. */
  setUp: boolean
  /** The merchant asks for it where the bank would not. */
  asked: boolean
}

export function needsAuthentication(card: TestCard, { offSession, setUp, asked }: Occasion): boolean {
  switch (card.authentication) {
    case 'always':
      return true
    case 'unless-set-up':
      return !(offSession && setUp)
    case 'on-session':
      return !offSession
    case 'if-asked':
      return asked && !offSession
    default:
      return false
  }
}

type Intent = Stripe.PaymentIntent | Stripe.SetupIntent

/** With an address to return to a page of its own, otherwise a dialogue that Stripe.js opens. */
export function askForAuthentication(intent: Intent, returnUrl: string | undefined, place: Place) {
  if (!returnUrl) {
    return {
      type: 'use_stripe_sdk',
      use_stripe_sdk: {
        type: 'stripe_3ds2_challenge',
        source: newId('payatt'),
        stripe_js: challengeUrl(intent, place),
      },
    }
  }
  return { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url: challengeUrl(intent, place) } }
}

export const challengeUrl = (intent: Intent, { url }: Place): string =>
  `${url}/3d-secure?${new URLSearchParams({ intent: intent.id, client_secret: intent.client_secret ?? '' })}`

export const authenticationFailure = (kind: 'PaymentIntent' | 'SetupIntent') =>
  ({
    code: kind === 'PaymentIntent' ? 'payment_intent_authentication_failure' : 'setup_intent_authentication_failure',
    message: `The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this ${kind} again.`,
    type: 'invalid_request_error',
    doc_url: `https://docs.stripe.com/error-codes/${kind === 'PaymentIntent' ? 'payment' : 'setup'}-intent-authentication-failure`,
  }) as const
