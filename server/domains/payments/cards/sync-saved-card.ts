import { z } from 'zod'
import type { Database } from '../../../utils/db'
import { addJob } from '../../../utils/jobs'
import type { DomainEvent } from '../../../utils/outbox-relay'
import { defaultLocale } from '../../../utils/texts'

/** Of credits.purchase_completed (the database function purchase_apply). */
const completed = z.object({ saveCard: z.boolean() })

/**
 * A card that was to be kept is with Stripe now. Its webhook says so too, but may come late, or not at all. Asked for by
 * a job: events are told one after the other, and a slow Stripe would keep every hotel waiting for its own.
 */
export async function syncSavedCard(db: Database, { tenantId, id, payload }: DomainEvent): Promise<void> {
  if (!completed.parse(payload).saveCard) return
  const task = 'payments.sync-cards'
  const sender = { tenantId, requestId: id, locale: defaultLocale, actor: { kind: 'system', task } } as const
  const name = `cards:${tenantId}`
  await db.forTenant(tenantId).transaction((tx) => addJob(tx, sender, task, {}, { queue: name, key: name }))
}
