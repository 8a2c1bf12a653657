import { accountsResponse } from '#shared/schemas/credits'
import { listAccounts } from '../../../domains/credits/list-accounts'
import { useRuntime } from '../../../utils/runtime'

export default defineApi({
  summary: 'Every hotel’s credit account',
  tag: 'credits',
  permission: 'platform.manage',
  response: accountsResponse,
  handler: ({ ctx }) => listAccounts(useRuntime().db, ctx.now),
})
