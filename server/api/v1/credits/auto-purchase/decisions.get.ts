import { pageQuery } from '#shared/schemas/common'
import { autoPurchaseDecisionsResponse } from '#shared/schemas/payments'
import { listDecisions } from '../../../../domains/payments/auto-purchase/log'

export default defineApi({
  summary: 'What the auto-purchase has decided and why, newest first',
  tag: 'payments',
  permission: 'billing.view',
  query: pageQuery,
  response: autoPurchaseDecisionsResponse,
  handler: ({ ctx, query }) => listDecisions(ctx, query),
})
