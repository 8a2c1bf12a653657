import { importResponse, importUpload } from '#shared/schemas/reservations'
import { limits } from '../../../../domains/reservations/file/source'
import { startImport } from '../../../../domains/reservations/start-import'
import { readUpload, withJson } from '../../../../utils/uploads'

export default defineApi({
  summary: 'Import bookings from a CSV file: 202, and the work goes on; its state is at …/imports/{id}',
  tag: 'reservations',
  permission: 'reservations.import',
  rateLimit: 'imports',
  upload: importUpload,
  response: importResponse,
  status: 202,
  handler: async ({ ctx, event }) => {
    const { fileName, content, fields } = await readUpload(event, { maxBytes: limits.sentBytes })
    const { mapping, dryRun } = check(importUpload.omit({ file: true }), withJson(fields, 'mapping'))
    return { import: await startImport(ctx, { fileName, content, mapping, dryRun }) }
  },
})
