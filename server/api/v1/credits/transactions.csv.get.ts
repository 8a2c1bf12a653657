import { ReadableStream } from 'node:stream/web'
import { z } from 'zod'
import { transactionFilters } from '#shared/schemas/credits'
import { transactionsCsv } from '../../../domains/credits/transactions-csv'

export default defineApi({
  summary: 'The ledger as a CSV file (UTF-8 with byte order mark)',
  tag: 'credits',
  permission: 'credits.export',
  query: transactionFilters,
  produces: 'text/csv',
  response: z.string(),
  handler: async ({ ctx, query, event }) => {
    setResponseHeader(event, 'Content-Type', 'text/csv; charset=utf-8')
    setResponseHeader(
      event,
      'Content-Disposition',
      `attachment; filename="credits-${ctx.now.toISOString().slice(0, 10)}.csv"`,
    )
    return ReadableStream.from(transactionsCsv(ctx, query))
  },
})
