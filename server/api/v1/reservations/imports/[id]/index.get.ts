import { idParams } from '#shared/schemas/common'
import { importResponse } from '#shared/schemas/reservations'
import { getImport } from '../../../../../domains/reservations/get-import'

export default defineApi({
  summary: 'How far an import is, and what it found',
  tag: 'reservations',
  permission: 'reservations.import',
  params: idParams,
  response: importResponse,
  handler: async ({ ctx, params }) => ({ import: await getImport(ctx, params.id) }),
})
