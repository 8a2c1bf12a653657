import type { WebhookRetryResponse, WebhooksRetryResponse, WebhookStatus } from '#shared/schemas/operator'
import type { Context } from '../../../utils/context'
import type { Database } from '../../../utils/db'
import { AppError } from '../../../utils/errors'
import { recordChange } from '../../audit/record-audit'
import { processAgain } from '../webhooks/process-event'
import { getWebhook } from './list-webhooks'

/** Does again what an event that failed or was set aside asks for. @throws NOT_FOUND for one that is done or unknown */
export async function retryWebhook(ctx: Context, db: Database, id: string): Promise<WebhookRetryResponse> {
  try {
    await processAgain(db, id, ctx)
  } catch (error) {
    // That it failed again is the answer: the row says why.
    if (!(error instanceof AppError && error.code === 'WEBHOOK_FAILED')) throw error
  }
  const { status, error } = await getWebhook(db, id)
  await ctx.db.transaction((tx) =>
    recordChange(tx, ctx, {
      eventType: 'payments.webhook_retried',
      entityType: 'webhook_events',
      entityId: null,
      action: 'retry',
      after: { eventId: id, status, error },
    }),
  )
  return { status, error }
}

/** The same for all that failed, in the order in which they came; at most so many at a time. */
export async function retryFailedWebhooks(ctx: Context, db: Database): Promise<WebhooksRetryResponse> {
  const { rows } = await db.jobs.query<{ id: string }>(
    `SELECT id FROM webhook_events WHERE status = 'FAILED' ORDER BY received_at, id LIMIT 200`,
  )
  const outcomes: WebhookStatus[] = []
  for (const { id } of rows) {
    ctx.signal.throwIfAborted()
    try {
      outcomes.push((await retryWebhook(ctx, db, id)).status)
    } catch (error) {
      // Another operator, or Stripe's next delivery, has got it done meanwhile.
      if (!(error instanceof AppError && error.code === 'NOT_FOUND')) throw error
    }
  }
  return { retried: outcomes.length, failed: outcomes.filter((status) => status === 'FAILED').length }
}
