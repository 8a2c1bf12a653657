import { webhookDetail, webhookParams } from '#shared/schemas/operator'
import { getWebhook } from '../../../../../domains/payments/operator/list-webhooks'
import { useRuntime } from '../../../../../utils/runtime'

export default defineApi({
  summary: 'An event with what it carried',
  tag: 'operator',
  permission: 'platform.manage',
  params: webhookParams,
  response: webhookDetail,
  handler: ({ params }) => getWebhook(useRuntime().db, params.id),
})
