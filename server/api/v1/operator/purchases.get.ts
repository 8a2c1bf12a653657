import { operatorPurchasesQuery, operatorPurchasesResponse } from '#shared/schemas/operator'
import { listPurchases } from '../../../domains/payments/operator/list-purchases'
import { useRuntime } from '../../../utils/runtime'

export default defineApi({
  summary: 'All hotels’ purchases, newest first',
  tag: 'operator',
  permission: 'platform.manage',
  query: operatorPurchasesQuery,
  response: operatorPurchasesResponse,
  handler: ({ ctx, query }) => listPurchases(ctx, useRuntime().db, query),
})
