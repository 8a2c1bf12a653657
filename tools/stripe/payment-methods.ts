import { createHash } from 'node:crypto'
import type Stripe from 'stripe'
import type { Call } from './call'
import { cardNamed, testCard, type CardName } from './cards'
import { methodsOf } from './customers'
import { cardError, invalid } from './errors'
import { declineError } from './declines'
import { newId } from './ids'
import { listPage } from './lists'
import { mergeMetadata } from './metadata'
import { now, type Work } from './store'
import { checkedCard, fullYear } from './typed-card'

/** By the browser, with a card's number; our server never sends one. */
export function createMethod({ params, work, by }: Call<Stripe.PaymentMethodCreateParams>): Stripe.PaymentMethod {
  if (params.type !== 'card' || !params.card) {
    throw invalid('The stand-in knows cards only: send type=card with card details.', { param: 'type' })
  }
  const card = params.card
  if (card.token) throw invalid('The stand-in knows no tokens; use a test payment method.', { param: 'card[token]' })
  if (by === 'secret') {
    throw invalid(
      'Sending credit card numbers directly to the Stripe API is generally unsafe. We suggest you use test tokens that map to the test card you are using.',
    )
  }
  const { name, expMonth, expYear } = checkedCard(card)
  return work.put(
    newMethod(name, {
      expMonth,
      expYear,
      billing: params.billing_details,
      metadata: params.metadata,
      cvcGiven: card.cvc !== undefined,
    }),
    { card: name },
  )
}

export const retrieveMethod = ({ id, work }: Call<object>): Stripe.PaymentMethod =>
  cardNamed(id) ? useMethod(work, id) : work.need('payment_method', id)

export function updateMethod({ id, params, work }: Call<Stripe.PaymentMethodUpdateParams>): Stripe.PaymentMethod {
  const before = work.need('payment_method', id)
  if (!before.customer) throw invalid('You must save this PaymentMethod to a customer before you can update it.')
  const { exp_month: month, exp_year: year } = params.card ?? {}
  const method: Stripe.PaymentMethod = {
    ...before,
    billing_details: billingDetails(params.billing_details, before.billing_details),
    metadata: mergeMetadata(before.metadata ?? {}, params.metadata),
    ...(before.card && {
      card: {
        ...before.card,
        exp_month: month ?? before.card.exp_month,
        exp_year: year === undefined ? before.card.exp_year : fullYear(year),
      },
    }),
  }
  work.emit('payment_method.updated', method)
  return work.put(method)
}

export function attachMethod({ id, params, work }: Call<Stripe.PaymentMethodAttachParams>): Stripe.PaymentMethod {
  if (!params.customer)
    throw invalid('Missing required param: customer.', { code: 'parameter_missing', param: 'customer' })
  const customer = work.need('customer', params.customer, 'customer')
  const method = useMethod(work, id)
  if (method.customer === customer.id) return method
  if (method.customer) throw invalid('The payment method you provided has already been attached to a customer.')
  const decline = declineWhenSaved(work, method)
  if (decline) throw cardError(declineError(decline))
  return attachTo(work, method, customer.id)
}

/** Saves a card with its customer; a card already saved stays as it is. */
export function attachTo(
  work: Work,
  method: Stripe.PaymentMethod,
  customer: string,
  { setUp = false }: { setUp?: boolean } = {},
): Stripe.PaymentMethod {
  const attached = { ...method, customer }
  if (method.customer !== customer) work.emit('payment_method.attached', attached)
  return work.put(attached, setUp ? { setUp } : {})
}

export function detachMethod({ id, work }: Call<object>): Stripe.PaymentMethod {
  const method = work.need('payment_method', id)
  if (!method.customer) {
    throw invalid('The payment method you provided is not attached to a customer so detachment is impossible.')
  }
  const owner = typeof method.customer === 'string' ? work.find('customer', method.customer) : undefined
  if (owner?.invoice_settings.default_payment_method === id) {
    work.put({ ...owner, invoice_settings: { ...owner.invoice_settings, default_payment_method: null } })
  }
  const detached = { ...method, customer: null }
  work.emit('payment_method.detached', detached, { customer: method.customer })
  return work.put(detached, { spent: true })
}

export function listMethods({
  params,
  work,
}: Call<Stripe.PaymentMethodListParams>): Stripe.ApiList<Stripe.PaymentMethod> {
  if (!params.customer)
    throw invalid('Missing required param: customer.', { code: 'parameter_missing', param: 'customer' })
  work.need('customer', params.customer, 'customer')
  return listPage('/v1/payment_methods', methodsOf(work, params.customer), params)
}

/** A payment method by its id; a test card's name makes a new one, as with Stripe. */
export function useMethod(work: Work, id: string, param?: string): Stripe.PaymentMethod {
  const card = cardNamed(id)
  if (card) return work.put(newMethod(card), { card, setUp: testCard(card).authentication === 'on-session' })
  const method = work.need('payment_method', id, param)
  if (work.hidden(id).spent) {
    throw invalid(
      'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.',
      { param },
    )
  }
  return method
}

export const cardOf = (work: Work, method: Stripe.PaymentMethod) =>
  testCard(work.hidden(method.id).card ?? 'pm_card_visa')

/** The bank is asked when a card is saved, too, unless 3-D Secure comes before. */
export function declineWhenSaved(work: Work, method: Stripe.PaymentMethod) {
  const card = cardOf(work, method)
  return card.savedThough ? undefined : card.decline
}

interface Details {
  expMonth?: number
  expYear?: number
  billing?: Stripe.PaymentMethodCreateParams.BillingDetails
  metadata?: Stripe.Emptyable<Stripe.MetadataParam>
  cvcGiven?: boolean
}

function newMethod(name: CardName, details: Details = {}): Stripe.PaymentMethod {
  const { number, brand, funding = 'credit', country = brand === 'jcb' ? 'JP' : 'US', ...card } = testCard(name)
  const today = new Date()
  return {
    id: newId('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: billingDetails(details.billing),
    card: {
      brand,
      checks: {
        address_line1_check: null,
        address_postal_code_check: null,
        cvc_check: details.cvcGiven === false ? null : 'unchecked',
      },
      country,
      display_brand: brand,
      exp_month: details.expMonth ?? today.getMonth() + 1,
      exp_year: details.expYear ?? today.getFullYear() + 1,
      fingerprint: createHash('sha256').update(number).digest('base64url').replace(/\W/g, '').slice(0, 16),
      funding,
      generated_from: null,
      last4: number.slice(-4),
      networks: { available: [brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: brand !== 'amex' || Boolean(card.authentication) },
      wallet: null,
    },
    created: now(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: mergeMetadata({}, details.metadata),
    type: 'card',
  }
}

function billingDetails(
  given: Stripe.PaymentMethodUpdateParams.BillingDetails | Stripe.PaymentMethodCreateParams.BillingDetails = {},
  before?: Stripe.PaymentMethod.BillingDetails,
): Stripe.PaymentMethod.BillingDetails {
  const {
    city = null,
    country = null,
    line1 = null,
    line2 = null,
    postal_code = null,
    state = null,
  } = given.address || {}
  return {
    address:
      given.address === undefined && before ? before.address : { city, country, line1, line2, postal_code, state },
    email: given.email ?? before?.email ?? null,
    name: given.name ?? before?.name ?? null,
    phone: given.phone ?? before?.phone ?? null,
    tax_id: given.tax_id ?? before?.tax_id ?? null,
  }
}
