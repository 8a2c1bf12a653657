import { pageQuery } from '#shared/schemas/common'
import { invoicesResponse } from '#shared/schemas/payments'
import { listInvoices } from '../../../../domains/payments/invoices/list-invoices'

export default defineApi({
  summary: 'Invoices, newest first',
  tag: 'payments',
  permission: 'billing.view',
  query: pageQuery,
  response: invoicesResponse,
  handler: ({ ctx, query }) => listInvoices(ctx, query),
})
