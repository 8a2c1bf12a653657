import { importSettings } from '#shared/schemas/reservations'
import { setImportSettings } from '../../../domains/reservations/import-settings'

export default defineApi({
  summary: 'Set the hotel’s label, currency and rate for imports',
  tag: 'settings',
  permission: 'settings.manage',
  body: importSettings,
  response: importSettings,
  handler: ({ ctx, body }) => setImportSettings(ctx, body),
})
