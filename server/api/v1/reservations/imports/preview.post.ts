import { importPreviewResponse, importPreviewUpload } from '#shared/schemas/reservations'
import { limits } from '../../../../domains/reservations/file/source'
import { previewImport } from '../../../../domains/reservations/preview-import'
import { readUpload } from '../../../../utils/uploads'

export default defineApi({
  summary: 'What a file, or its first part, looks like: headings, recognised columns, first rows; nothing is kept',
  tag: 'reservations',
  permission: 'reservations.import',
  rateLimit: 'imports',
  upload: importPreviewUpload,
  response: importPreviewResponse,
  handler: async ({ ctx, event }) =>
    previewImport(ctx, (await readUpload(event, { maxBytes: limits.sentBytes })).content),
})
