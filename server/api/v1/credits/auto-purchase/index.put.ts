import { autoPurchaseBody, autoPurchaseResponse } from '#shared/schemas/payments'
import { setAutoPurchase } from '../../../../domains/payments/auto-purchase/settings'

export default defineApi({
  summary: 'Set the auto-purchase; switching it on forgets what had stopped it',
  tag: 'payments',
  permission: 'billing.manage',
  rateLimit: 'credits',
  body: autoPurchaseBody,
  response: autoPurchaseResponse,
  handler: ({ ctx, body }) => setAutoPurchase(ctx, body),
})
