import type Stripe from 'stripe'
import type { Call, Place } from './call'
import { invalid } from './errors'
import { newId, newSecret } from './ids'
import { listPage } from './lists'
import { checkCustomer, checkSecret, methodTypes, wholeMethods, withReturn } from './intents'
import { mergeMetadata } from './metadata'
import { attempt, type AttemptOptions } from './payment-attempt'
import { useMethod } from './payment-methods'
import { now } from './store'

/** https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
const limits: Record<string, { least: number; most: number }> = { jpy: { least: 50, most: 99_999_999 } }

export function createIntent(call: Call<Stripe.PaymentIntentCreateParams>, place: Place): Stripe.PaymentIntent {
  const { params, work } = call
  const currency = params.currency.toLowerCase()
  checkAmount(params.amount, currency)
  wholeMethods(params)
  if (params.off_session && !params.confirm) {
    throw invalid('You can only set off_session when confirm=true.', { param: 'off_session' })
  }
  if (params.off_session && params.setup_future_usage) {
    throw invalid('You cannot set both off_session and setup_future_usage.', { param: 'setup_future_usage' })
  }
  if (params.confirm && !params.payment_method) {
    throw invalid("You cannot confirm this PaymentIntent because it's missing a payment method.", {
      code: 'payment_intent_unexpected_state',
    })
  }
  if (params.customer) work.need('customer', params.customer, 'customer')
  const method = params.payment_method ? useMethod(work, params.payment_method, 'payment_method') : undefined
  if (method) checkCustomer(method, params.customer ?? null, 'PaymentIntent')
  if (params.confirm) withReturn(params, params.return_url)

  const id = newId('pi')
  const intent: Stripe.PaymentIntent = {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: params.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    ...methodTypes(params),
    canceled_at: null,
    cancellation_reason: null,
    capture_method: params.capture_method ?? 'automatic_async',
    client_secret: newSecret(id),
    confirmation_method: 'automatic',
    created: now(),
    currency,
    customer: params.customer ?? null,
    customer_account: null,
    description: params.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: mergeMetadata({}, params.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: method?.id ?? null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: {
        installments: null,
        mandate_options: null,
        network: null,
        request_three_d_secure: (params.payment_method_options?.card || {}).request_three_d_secure ?? 'automatic',
      },
    } as Stripe.PaymentIntent.PaymentMethodOptions,
    payment_record: null,
    processing: null,
    receipt_email: params.receipt_email ?? null,
    review: null,
    setup_future_usage: params.setup_future_usage ?? null,
    shipping: null,
    source: null,
    statement_descriptor: params.statement_descriptor ?? null,
    statement_descriptor_suffix: params.statement_descriptor_suffix ?? null,
    status: method ? 'requires_confirmation' : 'requires_payment_method',
    transfer_data: null,
    transfer_group: params.transfer_group ?? null,
  }
  work.emit('payment_intent.created', work.put(intent))
  return params.confirm && method ? attempt(work, intent, method, options(params), place) : intent
}

export function retrieveIntent({
  id,
  params,
  work,
  by,
}: Call<Stripe.PaymentIntentRetrieveParams>): Stripe.PaymentIntent {
  const intent = work.need('payment_intent', id)
  checkSecret(by, intent, params.client_secret)
  return intent
}

export function confirmIntent(
  call: Call<Stripe.PaymentIntentConfirmParams & { client_secret?: string }>,
  place: Place,
): Stripe.PaymentIntent {
  const { id, params, work, by } = call
  const before = work.need('payment_intent', id)
  checkSecret(by, before, params.client_secret)
  wholeMethods(params)
  if (before.status === 'succeeded' || before.status === 'canceled') {
    const why =
      before.status === 'succeeded' ? 'it has already succeeded after being previously confirmed' : 'it was canceled'
    throw unexpected(before, `You cannot confirm this PaymentIntent because ${why}.`)
  }
  const used = params.payment_method ?? before.payment_method
  if (typeof used !== 'string') {
    throw unexpected(before, "You cannot confirm this PaymentIntent because it's missing a payment method.")
  }
  const method = params.payment_method ? useMethod(work, used, 'payment_method') : work.need('payment_method', used)
  checkCustomer(method, before.customer, 'PaymentIntent')
  // Stripe.js stays on the page; a server has to say where the browser comes back to.
  if (by === 'secret') withReturn(before, params.return_url)
  const intent: Stripe.PaymentIntent = {
    ...before,
    payment_method: method.id,
    setup_future_usage: params.setup_future_usage || before.setup_future_usage,
    receipt_email: params.receipt_email || before.receipt_email,
  }
  return attempt(work, intent, method, options(params), place)
}

export function cancelIntent({ id, params, work }: Call<Stripe.PaymentIntentCancelParams>): Stripe.PaymentIntent {
  const before = work.need('payment_intent', id)
  if (before.status === 'succeeded' || before.status === 'canceled') {
    throw unexpected(
      before,
      `You cannot cancel this PaymentIntent because it has a status of ${before.status}. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.`,
    )
  }
  const intent: Stripe.PaymentIntent = {
    ...before,
    status: 'canceled',
    canceled_at: now(),
    cancellation_reason: params.cancellation_reason ?? null,
    next_action: null,
  }
  work.emit('payment_intent.canceled', intent)
  return work.put(intent)
}

export const listIntents = ({
  params,
  work,
}: Call<Stripe.PaymentIntentListParams>): Stripe.ApiList<Stripe.PaymentIntent> =>
  listPage(
    '/v1/payment_intents',
    work.list('payment_intent').filter(({ customer }) => !params.customer || customer === params.customer),
    params,
  )

const options = (params: Stripe.PaymentIntentCreateParams | Stripe.PaymentIntentConfirmParams): AttemptOptions => ({
  offSession: Boolean(params.off_session),
  failInstead: Boolean(params.error_on_requires_action),
  ...(params.return_url && !params.use_stripe_sdk && { returnUrl: params.return_url }),
})

function checkAmount(amount: number, currency: string): void {
  if (!Number.isInteger(amount)) {
    throw invalid(`Invalid integer: ${amount}`, { code: 'parameter_invalid_integer', param: 'amount' })
  }
  const { least, most } = limits[currency] ?? { least: 1, most: 99_999_999 }
  if (amount < least) {
    throw invalid(`Amount must be at least ¥${least} ${currency}`, { code: 'amount_too_small', param: 'amount' })
  }
  if (amount > most) {
    throw invalid(`Amount must be no more than ¥${most} ${currency}`, { code: 'amount_too_large', param: 'amount' })
  }
}

const unexpected = (intent: Stripe.PaymentIntent, message: string) =>
  invalid(message, { code: 'payment_intent_unexpected_state', payment_intent: intent })
