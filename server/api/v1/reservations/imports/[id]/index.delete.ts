import { idParams } from '#shared/schemas/common'
import { importResponse } from '#shared/schemas/reservations'
import { undoImport } from '../../../../../domains/reservations/undo-import'

export default defineApi({
  summary: 'Undo an import, or stop one that is queued or running; may be repeated',
  tag: 'reservations',
  permission: 'reservations.import',
  params: idParams,
  response: importResponse,
  handler: async ({ ctx, params }) => ({ import: await undoImport(ctx, params.id) }),
})
