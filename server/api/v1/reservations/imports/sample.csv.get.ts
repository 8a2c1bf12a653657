import { z } from 'zod'
import { sampleFile } from '../../../../domains/reservations/sample-file'

export default defineApi({
  summary: 'A small file as an import reads it',
  tag: 'reservations',
  permission: 'reservations.import',
  produces: 'text/csv',
  response: z.string(),
  handler: async ({ ctx, event }) => {
    setResponseHeader(event, 'Content-Type', 'text/csv; charset=utf-8')
    setResponseHeader(event, 'Content-Disposition', 'attachment; filename="reservations-sample.csv"')
    return sampleFile(ctx)
  },
})
