import type Stripe from 'stripe'

export interface ErrorBody {
  type: 'invalid_request_error' | 'card_error' | 'idempotency_error' | 'api_error'
  message: string
  code?: string
  param?: string
  decline_code?: string
  advice_code?: string
  charge?: string
  payment_intent?: Stripe.PaymentIntent
  setup_intent?: Stripe.SetupIntent
  payment_method?: Stripe.PaymentMethod
  doc_url?: string
}

/** An answer that is an error, as Stripe gives it. */
export class StripeFailure extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
  ) {
    super(body.message)
  }
}

export const invalid = (message: string, more: Partial<ErrorBody> = {}): StripeFailure =>
  new StripeFailure(400, { type: 'invalid_request_error', message, ...more, ...documented(more.code) })

export const missing = (what: string, id: string, param = 'id', status = 404): StripeFailure =>
  new StripeFailure(status, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${what}: '${id}'`,
    param,
    ...documented('resource_missing'),
  })

export const unauthorized = (key: string | undefined): StripeFailure =>
  new StripeFailure(401, {
    type: 'invalid_request_error',
    message: key
      ? `Invalid API Key provided: ${key.slice(0, 8)}${'*'.repeat(Math.max(0, key.length - 12))}${key.slice(-4)}`
      : 'You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth.',
  })

export const cardError = (more: Omit<ErrorBody, 'type'>): StripeFailure =>
  new StripeFailure(402, { type: 'card_error', ...more, ...documented(more.code) })

const documented = (code: string | undefined) =>
  code ? { doc_url: `https://docs.stripe.com/error-codes/${code.replaceAll('_', '-')}` } : {}
