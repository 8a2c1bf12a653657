import { transferLinesBody, transferLinesResponse } from '#shared/schemas/operator'
import { recordTransfers } from '../../../../domains/payments/operator/record-transfer'
import { useRuntime } from '../../../../utils/runtime'

export default defineApi({
  summary: 'Record the chosen lines of a bank file, each on its own; the answer has a result for each',
  tag: 'operator',
  permission: 'platform.manage',
  idempotent: true,
  body: transferLinesBody,
  response: transferLinesResponse,
  handler: ({ ctx, body, idempotencyKey }) => recordTransfers(ctx, useRuntime().db, { body, idempotencyKey }),
})
