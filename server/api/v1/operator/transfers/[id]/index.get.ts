import { idParams } from '#shared/schemas/common'
import { transfer } from '#shared/schemas/operator'
import { getTransfer } from '../../../../../domains/payments/operator/list-transfers'
import { useRuntime } from '../../../../../utils/runtime'

export default defineApi({
  summary: 'A transfer and what it was allocated to',
  tag: 'operator',
  permission: 'platform.manage',
  params: idParams,
  response: transfer,
  handler: ({ ctx, params }) => getTransfer(ctx, useRuntime().db, params.id),
})
