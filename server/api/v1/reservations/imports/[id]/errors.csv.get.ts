import { z } from 'zod'
import { idParams } from '#shared/schemas/common'
import { importErrorsCsv } from '../../../../../domains/reservations/get-import'

export default defineApi({
  summary: 'The refused rows of an import as a CSV file; the first 10,000',
  tag: 'reservations',
  permission: 'reservations.import',
  params: idParams,
  produces: 'text/csv',
  response: z.string(),
  handler: async ({ ctx, params, event }) => {
    const csv = await importErrorsCsv(ctx, params.id)
    setResponseHeader(event, 'Content-Type', 'text/csv; charset=utf-8')
    setResponseHeader(event, 'Content-Disposition', 'attachment; filename="reservations-errors.csv"')
    return csv
  },
})
