import { transactionPeopleResponse } from '#shared/schemas/credits'
import { listSpenders } from '../../../domains/credits/list-transactions'

export default defineApi({
  summary: 'The persons who have used credits, for the ledger’s filter',
  tag: 'credits',
  permission: 'dashboard.view',
  response: transactionPeopleResponse,
  handler: ({ ctx }) => listSpenders(ctx),
})
