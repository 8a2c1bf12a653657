/** A payment intent meets the bank: it asks, refuses or pays, now or once the customer has answered. */
import type Stripe from 'stripe'
import { askForAuthentication, authenticationFailure, needsAuthentication } from './authentication'
import type { Place } from './call'
import { authenticationRequired, type Decline } from './cards'
import { makeCharge } from './charges'
import { declineError } from './declines'
import { cardError } from './errors'
import { attachTo, cardOf } from './payment-methods'
import type { Work } from './store'

export interface AttemptOptions {
  offSession: boolean
  returnUrl?: string
  failInstead: boolean
}

export function attempt(
  work: Work,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  { offSession, returnUrl, failInstead }: AttemptOptions,
  place: Place,
): Stripe.PaymentIntent {
  const setUp = Boolean(work.hidden(method.id).setUp)
  const asked = ['any', 'challenge'].includes(intent.payment_method_options?.card?.request_three_d_secure ?? '')
  if (!needsAuthentication(cardOf(work, method), { offSession, setUp, asked })) {
    return charge(work, intent, method, { authenticated: false })
  }
  if (offSession || failInstead) {
    return refuse(work, intent, method, { decline: authenticationRequired, authenticated: false })
  }
  const waiting: Stripe.PaymentIntent = {
    ...intent,
    status: 'requires_action',
    last_payment_error: null,
    next_action: askForAuthentication(intent, returnUrl, place),
  }
  work.emit('payment_intent.requires_action', waiting)
  return work.put(waiting, returnUrl ? { returnUrl } : {})
}

/** The customer has answered the bank's question, or refused to. */
export function authenticateIntent(work: Work, id: string, accepted: boolean): Stripe.PaymentIntent {
  const intent = work.need('payment_intent', id)
  if (intent.status !== 'requires_action' || typeof intent.payment_method !== 'string') return intent
  const method = work.need('payment_method', intent.payment_method)
  if (accepted) return charge(work, { ...intent, next_action: null }, method, { authenticated: true })
  const failed = fail(intent, { ...authenticationFailure('PaymentIntent'), payment_method: method })
  work.emit('payment_intent.payment_failed', failed)
  return work.put(failed)
}

function charge(
  work: Work,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  { authenticated }: { authenticated: boolean },
): Stripe.PaymentIntent {
  const { decline } = cardOf(work, method)
  if (decline) return refuse(work, intent, method, { decline, authenticated })
  if (intent.setup_future_usage && typeof intent.customer === 'string') {
    attachTo(work, method, intent.customer, { setUp: intent.setup_future_usage === 'off_session' })
  } else if (!method.customer) {
    work.put(method, { spent: true })
  }
  const made = makeCharge(work, intent, method, { authenticated })
  const succeeded: Stripe.PaymentIntent = {
    ...intent,
    status: 'succeeded',
    amount_received: intent.amount,
    last_payment_error: null,
    latest_charge: made.id,
    next_action: null,
  }
  work.emit('payment_intent.succeeded', succeeded)
  return work.put(succeeded)
}

/** The refused charge and the intent's new state stay, although the answer is an error. */
function refuse(
  work: Work,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  { decline, authenticated }: { decline: Decline; authenticated: boolean },
): never {
  const { id } = makeCharge(work, intent, method, { decline, authenticated })
  const error = { ...declineError(decline), charge: id, payment_method: method }
  const failed = fail({ ...intent, latest_charge: id }, {
    ...error,
    type: 'card_error',
    code: decline.code,
  } satisfies Stripe.PaymentIntent.LastPaymentError)
  work.emit('payment_intent.payment_failed', failed)
  throw cardError({ ...error, payment_intent: work.put(failed) })
}

const fail = (intent: Stripe.PaymentIntent, error: Stripe.PaymentIntent.LastPaymentError): Stripe.PaymentIntent => ({
  ...intent,
  status: 'requires_payment_method',
  payment_method: null,
  next_action: null,
  last_payment_error: error,
})
