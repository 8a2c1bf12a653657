import { hotelThingParams, voidInvoiceBody, voidInvoiceResponse } from '#shared/schemas/operator'
import { voidInvoice } from '../../../../../../../domains/payments/operator/void-invoice'
import { useRuntime } from '../../../../../../../utils/runtime'

export default defineApi({
  summary: 'Void an unpaid invoice; its purchase is canceled, its number stays used',
  tag: 'operator',
  permission: 'platform.manage',
  idempotent: true,
  params: hotelThingParams,
  body: voidInvoiceBody,
  response: voidInvoiceResponse,
  handler: ({ ctx, params, body, idempotencyKey }) =>
    voidInvoice(ctx, useRuntime().db, { ...params, body, idempotencyKey }),
})
