import { transferBody, transferOutcome } from '#shared/schemas/operator'
import { recordTransfer } from '../../../../domains/payments/operator/record-transfer'
import { useRuntime } from '../../../../utils/runtime'

export default defineApi({
  summary: 'Record a transfer and pay invoices of it',
  tag: 'operator',
  permission: 'platform.manage',
  idempotent: true,
  body: transferBody,
  response: transferOutcome,
  status: 201,
  handler: ({ ctx, body, idempotencyKey }) =>
    recordTransfer(ctx, useRuntime().db, { body, source: 'manual', idempotencyKey }),
})
