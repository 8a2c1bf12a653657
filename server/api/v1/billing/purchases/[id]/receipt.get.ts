import { ReadableStream } from 'node:stream/web'
import { z } from 'zod'
import { idParams } from '#shared/schemas/common'
import { receiptPdf } from '../../../../../domains/payments/invoices/receipt'

export default defineApi({
  summary: 'The receipt of a purchase by card, as PDF',
  tag: 'payments',
  permission: 'billing.view',
  params: idParams,
  produces: 'application/pdf',
  response: z.string(),
  handler: async ({ ctx, params, event }) => {
    const { filename, content } = await receiptPdf(ctx, params.id)
    setResponseHeader(event, 'Content-Type', 'application/pdf')
    setResponseHeader(event, 'Content-Disposition', `attachment; filename="${filename}"`)
    return ReadableStream.from([content])
  },
})
