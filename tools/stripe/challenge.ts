/** The bank's question, answered: by the page's dialogue, by the page of its own, or by a test. */
import Stripe from 'stripe'
import { StripeFailure } from './errors'
import { authenticateIntent } from './payment-attempt'
import { authenticateSetup } from './setup-intents'
import { Work, type Store } from './store'
import type { Webhooks } from './webhooks'

/**
 * @param accept refuse, or accept; a bank may still decline what was authenticated
 * @returns the intent as it is afterwards, with the error Stripe would report
 */
export function authenticate(
  { store, webhooks }: { store: Store; webhooks: Webhooks },
  id: string,
  accept: boolean,
): unknown {
  const work = new Work(store, { apiVersion: Stripe.API_VERSION, requestId: '', idempotencyKey: null })
  let answer: unknown
  try {
    answer = id.startsWith('seti_') ? authenticateSetup(work, id, accept) : authenticateIntent(work, id, accept)
  } catch (error) {
    if (!(error instanceof StripeFailure)) throw error
    answer = { error: error.body }
  }
  store.commit({ rows: work.changes(), deliveries: webhooks.plan(work.events()) })
  webhooks.pump()
  return answer
}
