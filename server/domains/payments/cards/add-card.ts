import Stripe from 'stripe'
import type { CardSetupResponse, CardsResponse } from '#shared/schemas/payments'
import type { Context } from '../../../utils/context'
import { env } from '../../../utils/env'
import { AppError, notFound } from '../../../utils/errors'
import { declineMessage } from '../decline-codes'
import { providerFailure, requireStripe } from '../stripe'
import { ensureStripeCustomer, findStripeCustomer } from '../stripe-customers'
import { listCards } from './list-cards'
import { syncCards } from './sync-cards'

/**
 * Lets the browser hand a card to Stripe, which asks its bank now for what is charged later without the person.
 * @throws CARDS_NOT_AVAILABLE, PAYMENT_PROVIDER_UNAVAILABLE
 */
export async function setUpCard(ctx: Context): Promise<CardSetupResponse> {
  const { STRIPE_PUBLISHABLE_KEY: publishableKey, STRIPE_JS_URL: stripeJsUrl } = env()
  const stripe = requireStripe()
  if (!publishableKey) throw new AppError('CARDS_NOT_AVAILABLE')
  const customer = await ensureStripeCustomer(ctx)
  try {
    const intent = await stripe.setupIntents.create({
      customer,
      usage: 'off_session',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      metadata: { tenant_id: ctx.tenantId },
    })
    if (!intent.client_secret) throw new AppError('PAYMENT_PROVIDER_UNAVAILABLE')
    return { clientSecret: intent.client_secret, publishableKey, stripeJsUrl }
  } catch (error) {
    throw providerFailure(error)
  }
}

/**
 * The browser says a card is set up; what Stripe says of it counts.
 * @throws NOT_FOUND for another hotel's; CARD_REFUSED when the bank or the person refused
 */
export async function keepCard(ctx: Context, setupIntentId: string): Promise<CardsResponse> {
  const intent = await retrieveSetup(setupIntentId)
  const customer = await findStripeCustomer(ctx)
  const owner = typeof intent.customer === 'string' ? intent.customer : intent.customer?.id
  if (!customer || owner !== customer) throw notFound()
  if (intent.status !== 'succeeded') {
    const error = intent.last_setup_error
    const code = error?.code ?? 'setup_intent_authentication_failure'
    throw new AppError('CARD_REFUSED', { reason: declineMessage(ctx.locale, code, error?.decline_code) })
  }
  await syncCards(ctx)
  return listCards(ctx)
}

async function retrieveSetup(id: string): Promise<Stripe.SetupIntent> {
  try {
    return await requireStripe().setupIntents.retrieve(id)
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError) throw notFound()
    throw providerFailure(error)
  }
}
