import { webhookParams, webhookRetryResponse } from '#shared/schemas/operator'
import { retryWebhook } from '../../../../../domains/payments/operator/retry-webhooks'
import { useRuntime } from '../../../../../utils/runtime'

export default defineApi({
  summary: 'Process an event again that failed or was set aside',
  tag: 'operator',
  permission: 'platform.manage',
  params: webhookParams,
  response: webhookRetryResponse,
  handler: ({ ctx, params }) => retryWebhook(ctx, useRuntime().db, params.id),
})
