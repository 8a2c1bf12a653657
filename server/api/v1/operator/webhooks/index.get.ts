import { webhooksQuery, webhooksResponse } from '#shared/schemas/operator'
import { listWebhooks } from '../../../../domains/payments/operator/list-webhooks'
import { useRuntime } from '../../../../utils/runtime'

export default defineApi({
  summary: 'The inbox of Stripe’s events, latest first',
  tag: 'operator',
  permission: 'platform.manage',
  query: webhooksQuery,
  response: webhooksResponse,
  handler: ({ query }) => listWebhooks(useRuntime().db, query),
})
