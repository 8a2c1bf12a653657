import { adjustmentBody, adjustmentResponse } from '#shared/schemas/credits'
import { adjustCredits } from '../../../domains/credits/adjust-credits'
import { useRuntime } from '../../../utils/runtime'

export default defineApi({
  summary: 'Correct a hotel’s balance by a new ledger entry',
  tag: 'credits',
  permission: 'platform.manage',
  rateLimit: 'credits',
  idempotent: true,
  body: adjustmentBody,
  response: adjustmentResponse,
  status: 201,
  handler: ({ ctx, body, idempotencyKey }) => adjustCredits(ctx, useRuntime().db, { body, idempotencyKey }),
})
