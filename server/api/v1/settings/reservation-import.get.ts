import { importSettings } from '#shared/schemas/reservations'
import { getImportSettings } from '../../../domains/reservations/import-settings'

export default defineApi({
  summary: 'The hotel’s label, currency and rate where an import does not say otherwise',
  tag: 'settings',
  permission: 'reservations.import',
  response: importSettings,
  handler: ({ ctx }) => getImportSettings(ctx),
})
