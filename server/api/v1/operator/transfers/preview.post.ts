import { bankFilePreview, bankFileUpload } from '#shared/schemas/operator'
import { previewBankFile } from '../../../../domains/payments/operator/preview-bank-file'
import { useRuntime } from '../../../../utils/runtime'
import { readUpload } from '../../../../utils/uploads'

/** A bank's file of a busy month has some thousand lines of 200 bytes. */
const maxBytes = 2 * 2 ** 20

export default defineApi({
  summary: 'What a bank file says, what of it is recorded already, and what the rest would pay; nothing is kept',
  tag: 'operator',
  permission: 'platform.manage',
  rateLimit: 'imports',
  upload: bankFileUpload,
  response: bankFilePreview,
  handler: async ({ ctx, event }) =>
    previewBankFile(ctx, useRuntime().db, (await readUpload(event, { maxBytes })).content),
})
