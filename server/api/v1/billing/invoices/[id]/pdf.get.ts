import { ReadableStream } from 'node:stream/web'
import { z } from 'zod'
import { idParams } from '#shared/schemas/common'
import { invoicePdf } from '../../../../../domains/payments/invoices/invoice-pdf'

export default defineApi({
  summary: 'An invoice as PDF',
  tag: 'payments',
  permission: 'billing.view',
  params: idParams,
  produces: 'application/pdf',
  response: z.string(),
  handler: async ({ ctx, params, event }) => {
    const { filename, content } = await invoicePdf(ctx, params.id)
    setResponseHeader(event, 'Content-Type', 'application/pdf')
    setResponseHeader(event, 'Content-Disposition', `attachment; filename="${filename}"`)
    return ReadableStream.from([content])
  },
})
