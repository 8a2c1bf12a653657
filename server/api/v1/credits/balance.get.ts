import { balanceResponse } from '#shared/schemas/credits'
import { getBalance } from '../../../domains/credits/get-balance'

export default defineApi({
  summary: 'Balance, what expires when, and the use of the last 30 days',
  tag: 'credits',
  permission: 'dashboard.view',
  response: balanceResponse,
  handler: ({ ctx }) => getBalance(ctx),
})
