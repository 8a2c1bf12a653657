import { autoPurchaseResponse } from '#shared/schemas/payments'
import { getAutoPurchase } from '../../../../domains/payments/auto-purchase/settings'

export default defineApi({
  summary: 'The auto-purchase: its settings, what it has spent this month, and why it has stopped where it has',
  tag: 'payments',
  permission: 'billing.view',
  response: autoPurchaseResponse,
  handler: ({ ctx }) => getAutoPurchase(ctx),
})
