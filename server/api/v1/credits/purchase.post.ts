import { purchaseBody, purchaseResponse } from '#shared/schemas/payments'
import { buyCredits } from '../../../domains/payments/buy-credits'

export default defineApi({
  summary: 'Buy credits by card, stored card or invoice, or finish a purchase after its authentication',
  tag: 'payments',
  permission: 'credits.buy',
  rateLimit: 'credits',
  idempotent: true,
  body: purchaseBody,
  response: purchaseResponse,
  handler: ({ ctx, body, idempotencyKey }) => buyCredits(ctx, { body, idempotencyKey }),
})
