import type Stripe from 'stripe'
import { askForAuthentication, authenticationFailure, needsAuthentication } from './authentication'
import type { Call, Place } from './call'
import { declineError } from './declines'
import { cardError, invalid } from './errors'
import { newId, newSecret } from './ids'
import { checkCustomer, checkSecret, methodTypes, wholeMethods, withReturn } from './intents'
import { listPage } from './lists'
import { mergeMetadata } from './metadata'
import { attachTo, cardOf, declineWhenSaved, useMethod } from './payment-methods'
import { now, type Work } from './store'

export function createSetup({ params, work }: Call<Stripe.SetupIntentCreateParams>, place: Place): Stripe.SetupIntent {
  wholeMethods(params)
  if (params.confirm && !params.payment_method) {
    throw invalid("You cannot confirm this SetupIntent because it's missing a payment method.", {
      code: 'setup_intent_unexpected_state',
    })
  }
  if (params.customer) work.need('customer', params.customer, 'customer')
  const method = params.payment_method ? useMethod(work, params.payment_method, 'payment_method') : undefined
  if (method) checkCustomer(method, params.customer ?? null, 'SetupIntent')
  if (params.confirm) withReturn(params, params.return_url)

  const id = newId('seti')
  const setup: Stripe.SetupIntent = {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: null,
    application: null,
    ...methodTypes(params),
    cancellation_reason: null,
    client_secret: newSecret(id),
    created: now(),
    customer: params.customer ?? null,
    customer_account: null,
    description: params.description ?? null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    mandate: null,
    metadata: mergeMetadata({}, params.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: method?.id ?? null,
    payment_method_configuration_details: null,
    payment_method_options: null,
    single_use_mandate: null,
    status: method ? 'requires_confirmation' : 'requires_payment_method',
    usage: params.usage ?? 'off_session',
  }
  work.emit('setup_intent.created', work.put(setup))
  return params.confirm && method ? attempt(work, setup, method, returnOf(params), place) : setup
}

export function retrieveSetup({ id, params, work, by }: Call<Stripe.SetupIntentRetrieveParams>): Stripe.SetupIntent {
  const setup = work.need('setup_intent', id)
  checkSecret(by, setup, params.client_secret)
  return setup
}

export function confirmSetup(
  { id, params, work, by }: Call<Stripe.SetupIntentConfirmParams & { client_secret?: string }>,
  place: Place,
): Stripe.SetupIntent {
  const before = work.need('setup_intent', id)
  checkSecret(by, before, params.client_secret)
  wholeMethods(params)
  if (before.status === 'succeeded' || before.status === 'canceled') {
    throw unexpected(before, `You cannot confirm this SetupIntent because it has a status of ${before.status}.`)
  }
  const used = params.payment_method ?? before.payment_method
  if (typeof used !== 'string') {
    throw unexpected(before, "You cannot confirm this SetupIntent because it's missing a payment method.")
  }
  const method = params.payment_method ? useMethod(work, used, 'payment_method') : work.need('payment_method', used)
  checkCustomer(method, before.customer, 'SetupIntent')
  if (by === 'secret') withReturn(before, params.return_url)
  return attempt(work, { ...before, payment_method: method.id }, method, returnOf(params), place)
}

export function cancelSetup({ id, params, work }: Call<Stripe.SetupIntentCancelParams>): Stripe.SetupIntent {
  const before = work.need('setup_intent', id)
  if (before.status === 'succeeded' || before.status === 'canceled') {
    throw unexpected(before, `You cannot cancel this SetupIntent because it has a status of ${before.status}.`)
  }
  const setup: Stripe.SetupIntent = {
    ...before,
    status: 'canceled',
    cancellation_reason: params.cancellation_reason ?? null,
    next_action: null,
  }
  work.emit('setup_intent.canceled', setup)
  return work.put(setup)
}

export const listSetups = ({ params, work }: Call<Stripe.SetupIntentListParams>): Stripe.ApiList<Stripe.SetupIntent> =>
  listPage(
    '/v1/setup_intents',
    work
      .list('setup_intent')
      .filter(({ customer }) => !params.customer || customer === params.customer)
      .filter((setup) => !params.payment_method || setup.payment_method === params.payment_method),
    params,
  )

/** The customer has answered the bank's question, or refused to. */
export function authenticateSetup(work: Work, id: string, accepted: boolean): Stripe.SetupIntent {
  const setup = work.need('setup_intent', id)
  if (setup.status !== 'requires_action' || typeof setup.payment_method !== 'string') return setup
  const method = work.need('payment_method', setup.payment_method)
  if (accepted) return save(work, setup, method)
  const failed = fail(setup, { ...authenticationFailure('SetupIntent'), payment_method: method })
  work.emit('setup_intent.setup_failed', failed)
  return work.put(failed)
}

const returnOf = (params: Stripe.SetupIntentCreateParams | Stripe.SetupIntentConfirmParams) =>
  params.use_stripe_sdk ? undefined : params.return_url

function attempt(
  work: Work,
  setup: Stripe.SetupIntent,
  method: Stripe.PaymentMethod,
  returnUrl: string | undefined,
  place: Place,
): Stripe.SetupIntent {
  const asksNow = { offSession: false, setUp: false, asked: false }
  const card = cardOf(work, method)
  if (card.authentication === 'on-session' || !needsAuthentication(card, asksNow)) return save(work, setup, method)
  const waiting: Stripe.SetupIntent = {
    ...setup,
    status: 'requires_action',
    last_setup_error: null,
    next_action: askForAuthentication(setup, returnUrl, place),
  }
  work.emit('setup_intent.requires_action', waiting)
  return work.put(waiting, returnUrl ? { returnUrl } : {})
}

function save(work: Work, setup: Stripe.SetupIntent, method: Stripe.PaymentMethod): Stripe.SetupIntent {
  const decline = declineWhenSaved(work, method)
  if (decline) {
    const error = { ...declineError(decline), payment_method: method }
    const failed = fail(setup, { ...error, type: 'card_error', code: decline.code })
    work.emit('setup_intent.setup_failed', failed)
    throw cardError({ ...error, setup_intent: work.put(failed) })
  }
  if (typeof setup.customer === 'string') {
    attachTo(work, method, setup.customer, { setUp: setup.usage === 'off_session' })
  }
  const succeeded: Stripe.SetupIntent = { ...setup, status: 'succeeded', last_setup_error: null, next_action: null }
  work.emit('setup_intent.succeeded', succeeded)
  return work.put(succeeded)
}

const fail = (setup: Stripe.SetupIntent, error: Stripe.SetupIntent.LastSetupError): Stripe.SetupIntent => ({
  ...setup,
  status: 'requires_payment_method',
  payment_method: null,
  next_action: null,
  last_setup_error: error,
})

const unexpected = (setup: Stripe.SetupIntent, message: string) =>
  invalid(message, { code: 'setup_intent_unexpected_state', setup_intent: setup })
