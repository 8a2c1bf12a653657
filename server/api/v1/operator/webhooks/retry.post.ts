import { webhooksRetryResponse } from '#shared/schemas/operator'
import { retryFailedWebhooks } from '../../../../domains/payments/operator/retry-webhooks'
import { useRuntime } from '../../../../utils/runtime'

export default defineApi({
  summary: 'Process all events again that failed',
  tag: 'operator',
  permission: 'platform.manage',
  response: webhooksRetryResponse,
  handler: ({ ctx }) => retryFailedWebhooks(ctx, useRuntime().db),
})
