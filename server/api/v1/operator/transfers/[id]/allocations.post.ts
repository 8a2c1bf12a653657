import { idParams } from '#shared/schemas/common'
import { allocateBody, transferOutcome } from '#shared/schemas/operator'
import { allocateTransfer } from '../../../../../domains/payments/operator/allocate-transfer'
import { useRuntime } from '../../../../../utils/runtime'

export default defineApi({
  summary: 'Pay invoices of what is left of a transfer',
  tag: 'operator',
  permission: 'platform.manage',
  idempotent: true,
  params: idParams,
  body: allocateBody,
  response: transferOutcome,
  status: 201,
  handler: ({ ctx, params, body, idempotencyKey }) =>
    allocateTransfer(ctx, useRuntime().db, { transferId: params.id, body, idempotencyKey }),
})
