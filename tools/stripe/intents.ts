/** What payment intents and setup intents have in common. */
import type Stripe from 'stripe'
import type { Call } from './call'
import { invalid, unauthorized } from './errors'

type Intent = Stripe.PaymentIntent | Stripe.SetupIntent
interface MethodParams {
  payment_method_types?: string[]
  automatic_payment_methods?: { enabled: boolean | null; allow_redirects?: 'always' | 'never' | (string & {}) } | null
}

/** What a program asks for that the stand-in does not do is refused, not passed over. */
export function wholeMethods(params: {
  payment_method_data?: unknown
  confirmation_token?: unknown
  capture_method?: unknown
  confirmation_method?: unknown
}): void {
  for (const name of ['payment_method_data', 'confirmation_token'] as const) {
    if (params[name] !== undefined)
      throw invalid(`The stand-in does not know ${name}: send payment_method.`, { param: name })
  }
  for (const name of ['capture_method', 'confirmation_method'] as const) {
    if (params[name] === 'manual') throw invalid(`The stand-in does not know ${name}=manual.`, { param: name })
  }
}

/** Cards alone, or whatever the Dashboard has switched on, which is the default. */
export const methodTypes = ({ payment_method_types: types, automatic_payment_methods: automatic }: MethodParams) => ({
  payment_method_types: types ?? ['card', 'link'],
  automatic_payment_methods: types
    ? null
    : { enabled: automatic?.enabled ?? true, allow_redirects: automatic?.allow_redirects ?? ('always' as const) },
})

/** Methods that redirect need to know where to. */
export function withReturn(
  { automatic_payment_methods: automatic, payment_method_types: types }: MethodParams,
  returnUrl: string | undefined,
): void {
  // An intent says which it has: a list of its own goes without automatic methods.
  if (returnUrl || automatic?.allow_redirects === 'never' || (types && !automatic)) return
  throw invalid(
    "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
    { param: 'return_url' },
  )
}

/** A saved card pays for its own customer only. */
export function checkCustomer(
  method: Stripe.PaymentMethod,
  customer: Intent['customer'],
  kind: 'PaymentIntent' | 'SetupIntent',
): void {
  if (!method.customer || method.customer === customer) return
  const message = customer
    ? `The provided PaymentMethod (${method.id}) is attached to a different customer than the one of this ${kind}.`
    : `The customer of the PaymentMethod does not match the expected customer of the ${kind}: include the customer that ${method.id} belongs to.`
  throw invalid(message, { param: 'payment_method' })
}

/** The publishable key opens an intent only together with its client secret. */
export function checkSecret(by: Call<object>['by'], intent: Intent, secret: string | undefined): void {
  if (by === 'secret' && secret === undefined) return
  if (secret === undefined) throw unauthorized('pk_test')
  if (secret !== intent.client_secret) {
    throw invalid('The client_secret provided does not match the client_secret associated with this intent.', {
      code: intent.object === 'payment_intent' ? 'payment_intent_invalid_parameter' : 'resource_missing',
      param: 'client_secret',
    })
  }
}
