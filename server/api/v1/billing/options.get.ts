import { purchaseOptionsResponse } from '#shared/schemas/payments'
import { purchaseOptions } from '../../../domains/payments/purchase-options'

export default defineApi({
  summary: 'Ways to pay that are open to this hotel',
  tag: 'payments',
  permission: 'credits.buy',
  response: purchaseOptionsResponse,
  handler: ({ ctx }) => purchaseOptions(ctx),
})
