import { transactionQuery, transactionsResponse } from '#shared/schemas/credits'
import { listTransactions } from '../../../domains/credits/list-transactions'

export default defineApi({
  summary: 'The ledger, newest first',
  tag: 'credits',
  permission: 'dashboard.view',
  query: transactionQuery,
  response: transactionsResponse,
  handler: ({ ctx, query }) => listTransactions(ctx, query),
})
