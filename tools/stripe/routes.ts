/** The part of Stripe's interface that the product uses: https://docs.stripe.com/api */
import type Stripe from 'stripe'
import type { Call, Place } from './call'
import { listCharges, retrieveCharge } from './charges'
import {
  createCustomer,
  deleteCustomer,
  listCustomerMethods,
  listCustomers,
  retrieveCustomer,
  updateCustomer,
} from './customers'
import { listEvents, retrieveEvent } from './events'
import { cancelIntent, confirmIntent, createIntent, listIntents, retrieveIntent } from './payment-intents'
import { attachMethod, createMethod, detachMethod, listMethods, retrieveMethod, updateMethod } from './payment-methods'
import type { ParamsName } from './schema'
import { cancelSetup, confirmSetup, createSetup, listSetups, retrieveSetup } from './setup-intents'

export interface Route {
  method: 'GET' | 'POST' | 'DELETE'
  pattern: RegExp
  params: ParamsName
  /** Open to Stripe.js, which has the publishable key only. */
  browser: boolean
  handle: (call: Call<never>, place: Place) => unknown
}

type Handler = (call: Call<never>, place: Place) => unknown

const route = (address: string, params: ParamsName, handle: Handler, { browser = false } = {}): Route => {
  const [method, path = ''] = address.split(' ')
  return {
    method: method as Route['method'],
    pattern: new RegExp(`^${path.replace(':id', '(?<id>[^/]+)')}$`),
    params,
    browser,
    handle,
  }
}
const fromBrowser = { browser: true }

export const routes: Route[] = [
  route('POST /v1/customers', 'CustomerCreateParams', createCustomer),
  route('GET /v1/customers', 'CustomerListParams', listCustomers),
  route('GET /v1/customers/:id', 'CustomerRetrieveParams', retrieveCustomer),
  route('POST /v1/customers/:id', 'CustomerUpdateParams', updateCustomer),
  route('DELETE /v1/customers/:id', 'CustomerDeleteParams', deleteCustomer),
  route('GET /v1/customers/:id/payment_methods', 'CustomerListPaymentMethodsParams', listCustomerMethods),

  route('POST /v1/payment_methods', 'PaymentMethodCreateParams', createMethod, fromBrowser),
  route('GET /v1/payment_methods', 'PaymentMethodListParams', listMethods),
  route('GET /v1/payment_methods/:id', 'PaymentMethodRetrieveParams', retrieveMethod),
  route('POST /v1/payment_methods/:id', 'PaymentMethodUpdateParams', updateMethod),
  route('POST /v1/payment_methods/:id/attach', 'PaymentMethodAttachParams', attachMethod),
  route('POST /v1/payment_methods/:id/detach', 'PaymentMethodDetachParams', detachMethod),

  route('POST /v1/payment_intents', 'PaymentIntentCreateParams', createIntent),
  route('GET /v1/payment_intents', 'PaymentIntentListParams', listIntents),
  route('GET /v1/payment_intents/:id', 'PaymentIntentRetrieveParams', retrieveIntent, fromBrowser),
  route('POST /v1/payment_intents/:id/confirm', 'PaymentIntentConfirmParams', confirmIntent, fromBrowser),
  route('POST /v1/payment_intents/:id/cancel', 'PaymentIntentCancelParams', cancelIntent),

  route('POST /v1/setup_intents', 'SetupIntentCreateParams', createSetup),
  route('GET /v1/setup_intents', 'SetupIntentListParams', listSetups),
  route('GET /v1/setup_intents/:id', 'SetupIntentRetrieveParams', retrieveSetup, fromBrowser),
  route('POST /v1/setup_intents/:id/confirm', 'SetupIntentConfirmParams', confirmSetup, fromBrowser),
  route('POST /v1/setup_intents/:id/cancel', 'SetupIntentCancelParams', cancelSetup),

  route('GET /v1/charges', 'ChargeListParams', listCharges),
  route('GET /v1/charges/:id', 'ChargeRetrieveParams', retrieveCharge),

  route('GET /v1/events', 'EventListParams', listEvents),
  route('GET /v1/events/:id', 'EventRetrieveParams', retrieveEvent),
]

/** What a publishable key gets to see of an intent: the product's own notes on it stay with the product. */
const open = [
  'id',
  'object',
  'amount',
  'automatic_payment_methods',
  'canceled_at',
  'cancellation_reason',
  'capture_method',
  'client_secret',
  'confirmation_method',
  'created',
  'currency',
  'description',
  'last_payment_error',
  'last_setup_error',
  'livemode',
  'next_action',
  'payment_method',
  'payment_method_types',
  'receipt_email',
  'setup_future_usage',
  'shipping',
  'status',
  'usage',
]

export function forBrowser(answer: unknown): unknown {
  if (!isIntent(answer)) return answer
  return Object.fromEntries(Object.entries(answer).filter(([name]) => open.includes(name)))
}

const isIntent = (value: unknown): value is Stripe.PaymentIntent | Stripe.SetupIntent =>
  typeof value === 'object' &&
  value !== null &&
  'object' in value &&
  (value.object === 'payment_intent' || value.object === 'setup_intent')
