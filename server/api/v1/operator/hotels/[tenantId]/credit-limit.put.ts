import { creditLimitBody, creditLimitResponse, hotelParams } from '#shared/schemas/operator'
import { setCreditLimit } from '../../../../../domains/payments/operator/set-credit-limit'
import { useRuntime } from '../../../../../utils/runtime'

export default defineApi({
  summary: 'Up to how many yen of invoices a hotel’s credits come before its money',
  tag: 'operator',
  permission: 'platform.manage',
  idempotent: true,
  params: hotelParams,
  body: creditLimitBody,
  response: creditLimitResponse,
  handler: ({ ctx, params, body, idempotencyKey }) =>
    setCreditLimit(ctx, useRuntime().db, { tenantId: params.tenantId, body, idempotencyKey }),
})
