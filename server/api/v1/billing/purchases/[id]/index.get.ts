import { idParams } from '#shared/schemas/common'
import { purchase } from '#shared/schemas/payments'
import { getPurchase } from '../../../../../domains/payments/list-purchases'

export default defineApi({
  summary: 'One purchase of credits',
  tag: 'payments',
  permission: 'billing.view',
  params: idParams,
  response: purchase,
  handler: ({ ctx, params }) => getPurchase(ctx, params.id),
})
