import Stripe from 'stripe'
import { env } from '../../utils/env'
import { AppError } from '../../utils/errors'
import { logger } from '../../utils/logger'

let client: Stripe | null | undefined

/** Stripe through its own SDK, made at the first use; null where no key is set. */
export function useStripe(): Stripe | null {
  client ??= createClient()
  return client
}

/** @throws CARDS_NOT_AVAILABLE where no key is set */
export function requireStripe(): Stripe {
  const stripe = useStripe()
  if (!stripe) throw new AppError('CARDS_NOT_AVAILABLE')
  return stripe
}

function createClient(): Stripe | null {
  const { STRIPE_SECRET_KEY, STRIPE_API_URL, STRIPE_TIMEOUT_MS } = env()
  if (!STRIPE_SECRET_KEY) return null
  return new Stripe(STRIPE_SECRET_KEY, {
    ...(STRIPE_API_URL ? addressOf(new URL(STRIPE_API_URL)) : {}),
    timeout: STRIPE_TIMEOUT_MS,
    // Safe: the SDK sends every write with an idempotency key, its own where we give none.
    maxNetworkRetries: 2,
    telemetry: false,
    appInfo: { name: 'hotel-member CRM' },
  })
}

function addressOf({ hostname, port, protocol }: URL): Stripe.StripeConfig {
  const isPlain = protocol === 'http:'
  return { host: hostname, port: port || (isPlain ? 80 : 443), protocol: isPlain ? 'http' : 'https' }
}

/**
 * What the person is told of an error that came from Stripe: that it could not be reached, did not know what to answer,
 * is still at the first of two equal requests, or does not take our key. What it refused on purpose, a card or a
 * parameter, is the caller's to explain.
 */
export function providerFailure(error: unknown): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error
  if (isRefusal(error)) return error
  logger.warn({ type: error.type, code: error.code, stripeRequestId: error.requestId }, 'stripe: no answer to go by')
  return new AppError('PAYMENT_PROVIDER_UNAVAILABLE')
}

/** Stripe's last word on a request. 409 and 429 (an equal request under way, a lock, a limit) are not: they come under the same type. */
export function isRefusal(error: Stripe.errors.StripeError): boolean {
  if (error instanceof Stripe.errors.StripeCardError) return true
  return (
    error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode !== 409 && error.statusCode !== 429
  )
}
