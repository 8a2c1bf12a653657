import { hotelThingParams, operatorPurchaseDetail } from '#shared/schemas/operator'
import { getPurchase } from '../../../../../../domains/payments/operator/list-purchases'
import { useRuntime } from '../../../../../../utils/runtime'

export default defineApi({
  summary: 'A hotel’s purchase with what became of it',
  tag: 'operator',
  permission: 'platform.manage',
  params: hotelThingParams,
  response: operatorPurchaseDetail,
  handler: ({ params }) => getPurchase(useRuntime().db, params.tenantId, params.id),
})
