import { operatorInvoicesQuery, operatorInvoicesResponse } from '#shared/schemas/operator'
import { listInvoices } from '../../../domains/payments/operator/list-invoices'
import { useRuntime } from '../../../utils/runtime'

export default defineApi({
  summary: 'All hotels’ invoices, newest first',
  tag: 'operator',
  permission: 'platform.manage',
  query: operatorInvoicesQuery,
  response: operatorInvoicesResponse,
  handler: ({ ctx, query }) => listInvoices(useRuntime().db, query, ctx.now),
})
