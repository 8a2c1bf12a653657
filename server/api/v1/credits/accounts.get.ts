import { accountsQuery, accountsResponse } from '#shared/schemas/credits'
import { listAccounts } from '../../../domains/credits/list-accounts'
import { useRuntime } from '../../../utils/runtime'

export default defineApi({
  summary: 'Every hotel’s credit account',
  tag: 'credits',
  permission: 'platform.manage',
  query: accountsQuery,
  response: accountsResponse,
  handler: ({ ctx, query }) => listAccounts(useRuntime().db, query, ctx.now),
})
