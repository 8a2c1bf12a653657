import { hotelThingParams, operatorInvoiceDetail } from '#shared/schemas/operator'
import { getInvoice } from '../../../../../../../domains/payments/operator/list-invoices'
import { useRuntime } from '../../../../../../../utils/runtime'

export default defineApi({
  summary: 'A hotel’s invoice with the transfers that paid it',
  tag: 'operator',
  permission: 'platform.manage',
  params: hotelThingParams,
  response: operatorInvoiceDetail,
  handler: ({ ctx, params }) => getInvoice(useRuntime().db, params.tenantId, params.id, ctx.now),
})
