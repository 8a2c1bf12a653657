import type Stripe from 'stripe'
import type { Call } from './call'
import { missing } from './errors'
import { newId } from './ids'
import { listPage } from './lists'
import { mergeMetadata } from './metadata'
import { now, type Work } from './store'

export function createCustomer({ params, work }: Call<Stripe.CustomerCreateParams>): Stripe.Customer {
  const customer: Stripe.Customer = {
    id: newId('cus'),
    object: 'customer',
    address: addressOf(params.address) ?? null,
    balance: params.balance ?? 0,
    created: now(),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: params.description ?? null,
    discount: null,
    email: params.email ?? null,
    invoice_prefix: newId('').slice(1, 9).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: defaultMethod(params, work) ?? null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: mergeMetadata({}, params.metadata),
    name: params.name ?? null,
    next_invoice_sequence: 1,
    phone: params.phone ?? null,
    preferred_locales: params.preferred_locales ?? [],
    shipping: null,
    tax_exempt: params.tax_exempt || 'none',
    test_clock: null,
  }
  work.emit('customer.created', customer)
  return work.put(customer)
}

/** A deleted customer answers with what is left of it. */
export function retrieveCustomer({ id, work }: Call<object>): Stripe.Customer | Stripe.DeletedCustomer {
  const found = work.find('customer', id)
  if (!found) throw missing('customer', id)
  return work.hidden(id).deleted ? { id, object: 'customer', deleted: true } : found
}

export function updateCustomer({ id, params, work }: Call<Stripe.CustomerUpdateParams>): Stripe.Customer {
  const before = work.need('customer', id)
  const { address, description, email, name, phone, preferred_locales: locales } = params
  const method = defaultMethod(params, work)
  const customer: Stripe.Customer = {
    ...before,
    ...given({ address: addressOf(address), description, email, name, phone, preferred_locales: locales }),
    metadata: mergeMetadata(before.metadata, params.metadata),
    invoice_settings: { ...before.invoice_settings, ...given({ default_payment_method: method }) },
  }
  work.emit('customer.updated', customer)
  return work.put(customer)
}

export function deleteCustomer({ id, work }: Call<object>): Stripe.DeletedCustomer {
  const customer = work.need('customer', id)
  for (const method of methodsOf(work, id)) work.put({ ...method, customer: null }, { spent: true })
  work.put(customer, { deleted: true })
  return { id, object: 'customer', deleted: true }
}

export const listCustomers = ({ params, work }: Call<Stripe.CustomerListParams>): Stripe.ApiList<Stripe.Customer> =>
  listPage(
    '/v1/customers',
    work.list('customer').filter(({ email }) => params.email === undefined || email === params.email),
    params,
  )

export function listCustomerMethods(
  call: Call<Stripe.CustomerListPaymentMethodsParams>,
): Stripe.ApiList<Stripe.PaymentMethod> {
  call.work.need('customer', call.id)
  const ofType = methodsOf(call.work, call.id).filter(({ type }) => !call.params.type || type === call.params.type)
  return listPage(`/v1/customers/${call.id}/payment_methods`, ofType, call.params)
}

export const methodsOf = (work: Work, customer: string): Stripe.PaymentMethod[] =>
  work.list('payment_method').filter((method) => method.customer === customer)

/** The card that invoices are paid with: it has to be the customer's own. */
function defaultMethod(
  { invoice_settings: settings }: Stripe.CustomerCreateParams | Stripe.CustomerUpdateParams,
  work: Work,
): string | null | undefined {
  const id = settings?.default_payment_method
  if (!id) return id === '' ? null : undefined
  return work.need('payment_method', id, 'invoice_settings[default_payment_method]').id
}

function addressOf(address: Stripe.Emptyable<Stripe.AddressParam> | undefined): Stripe.Address | null | undefined {
  if (address === undefined) return undefined
  if (!address) return null
  const { city = null, country = null, line1 = null, line2 = null, postal_code = null, state = null } = address
  return { city, country, line1, line2, postal_code, state }
}

/** Only what was sent changes; an empty string clears. */
const given = (changes: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(changes).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value === '' ? null : value]],
    ),
  )
