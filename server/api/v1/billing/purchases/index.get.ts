import { purchasesQuery, purchasesResponse } from '#shared/schemas/payments'
import { listPurchases } from '../../../../domains/payments/list-purchases'

export default defineApi({
  summary: 'Purchases of credits, newest first',
  tag: 'payments',
  permission: 'billing.view',
  query: purchasesQuery,
  response: purchasesResponse,
  handler: ({ ctx, query }) => listPurchases(ctx, query),
})
