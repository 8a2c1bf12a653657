import { importsResponse } from '#shared/schemas/reservations'
import { listImports } from '../../../../domains/reservations/get-import'

export default defineApi({
  summary: 'The last imports, newest first',
  tag: 'reservations',
  permission: 'reservations.import',
  response: importsResponse,
  handler: async ({ ctx }) => ({ imports: await listImports(ctx) }),
})
