import { z } from 'zod'
import { receiveStripeEvent } from '../../../domains/payments/webhooks/receive-event'
import { readRaw } from '../../../utils/request-body'
import { useRuntime } from '../../../utils/runtime'

export default definePublicApi({
  summary: 'Events from Stripe, signed',
  tag: 'payments',
  // Whose signature is right is Stripe, and may come as often as it has something to say.
  isSigned: true,
  response: z.object({ received: z.boolean() }),
  handler: async ({ event, visitor }) => {
    const { db, stopping } = useRuntime()
    await receiveStripeEvent(db, {
      body: await readRaw(event),
      signature: getHeader(event, 'stripe-signature'),
      now: visitor.now,
      requestId: visitor.requestId,
      signal: stopping.signal,
    })
    return { received: true }
  },
})
