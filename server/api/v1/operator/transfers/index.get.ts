import { transfersQuery, transfersResponse } from '#shared/schemas/operator'
import { listTransfers } from '../../../../domains/payments/operator/list-transfers'
import { useRuntime } from '../../../../utils/runtime'

export default defineApi({
  summary: 'What arrived at the platform’s bank, newest first',
  tag: 'operator',
  permission: 'platform.manage',
  query: transfersQuery,
  response: transfersResponse,
  handler: ({ ctx, query }) => listTransfers(ctx, useRuntime().db, query),
})
