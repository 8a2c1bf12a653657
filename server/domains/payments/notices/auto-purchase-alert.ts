import { z } from 'zod'
import type { Database } from '../../../utils/db'
import type { DomainEvent } from '../../../utils/outbox-relay'
import { eventContext } from '../../identity/job-context'
import { recipientsOf } from '../../identity/people'
import { recordChange } from '../../audit/record-audit'
import { queueMail } from '../../mail/queue-mail'
import { presentStop } from '../auto-purchase/log'
import { readAccount } from '../auto-purchase/read-state'
import { cardName } from './purchase-mails'

const stop = z.object({ purchaseId: z.uuid().nullable(), reason: z.string() })

/** The urgent alert AUTO_PURCHASE_FAILED: it has switched itself off, and the credits will run out. */
export async function alertStopped(db: Database, event: DomainEvent): Promise<void> {
  const { purchaseId, reason } = stop.parse(event.payload)
  const ctx = await eventContext(db, event)
  const dedupeKey = `auto-purchase-stopped:${event.id}`
  await ctx.db.transaction(async (tx) => {
    const account = await readAccount(tx, ctx, { lock: true })
    // An event may come twice; its mail tells that it came.
    if ((await tx.mailMessage.count({ where: { tenantId: ctx.tenantId, dedupeKey } })) > 0) return
    const { message } = presentStop(ctx.locale, reason)
    await recordChange(tx, ctx, {
      eventType: 'alert.raised',
      entityType: 'ai_credit_accounts',
      entityId: account.accountId,
      action: 'alert',
      after: { code: 'AUTO_PURCHASE_FAILED', severity: 'urgent', reason, purchaseId },
    })
    await queueMail(tx, ctx, {
      kind: 'autoPurchaseOff',
      locale: ctx.locale,
      to: await recipientsOf(tx, ctx.tenantId, 'ADMIN'),
      dedupeKey,
      path: '/settings/billing',
      values: {
        hotel: ctx.tenant.name,
        reason: message,
        card: await cardName(tx, ctx, account.charge?.stripePaymentMethodId ?? null),
        available: account.available,
      },
    })
  })
}
