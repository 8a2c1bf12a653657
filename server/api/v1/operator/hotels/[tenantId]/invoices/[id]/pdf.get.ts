import { ReadableStream } from 'node:stream/web'
import { z } from 'zod'
import { hotelThingParams } from '#shared/schemas/operator'
import { actAtHotel } from '../../../../../../../domains/payments/operator/act-at'
import { invoicePdf } from '../../../../../../../domains/payments/invoices/invoice-pdf'
import { useRuntime } from '../../../../../../../utils/runtime'

export default defineApi({
  summary: 'A hotel’s invoice as PDF',
  tag: 'operator',
  permission: 'platform.manage',
  params: hotelThingParams,
  produces: 'application/pdf',
  response: z.string(),
  handler: async ({ ctx, params, event }) => {
    const at = await actAtHotel(ctx, useRuntime().db, params.tenantId)
    const { filename, content } = await invoicePdf(at, params.id)
    setResponseHeader(event, 'Content-Type', 'application/pdf')
    setResponseHeader(event, 'Content-Disposition', `inline; filename="${filename}"`)
    return ReadableStream.from([content])
  },
})
