import { operatorPackagesResponse } from '#shared/schemas/operator'
import { listPackages } from '../../../../domains/payments/operator/list-packages'
import { useRuntime } from '../../../../utils/runtime'

export default defineApi({
  summary: 'Every package of credits, those switched off too',
  tag: 'operator',
  permission: 'platform.manage',
  response: operatorPackagesResponse,
  handler: ({ ctx }) => listPackages(ctx, useRuntime().db),
})
