import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Database } from '../../../utils/db'
import { addJob } from '../../../utils/jobs'
import type { DomainEvent } from '../../../utils/outbox-relay'

/** Of credits.charged and credits.auto_purchase_changed: enough to know without a query that nothing is due. */
const state = z.object({ available: z.number(), threshold: z.number(), autoPurchase: z.boolean() })

/** Credits have fallen to the threshold, or the auto-purchase was switched on: it is looked at whether to buy. */
export async function queueOnEvent(db: Database, event: DomainEvent): Promise<void> {
  const { available, threshold, autoPurchase } = state.parse(event.payload)
  if (autoPurchase && available <= threshold) await queueAttempt(db, event.tenantId, event.id)
}

/** However many charges ask for it, one attempt runs and one more waits: the second sees all that came meanwhile. */
async function queueAttempt(db: Database, tenantId: string, requestId: string): Promise<void> {
  const sender = {
    tenantId,
    requestId,
    locale: 'ja',
    actor: { kind: 'system', task: 'payments.auto-purchase' },
  } as const
  const name = `auto-purchase:${tenantId}`
  await db
    .forTenant(tenantId)
    .transaction((tx) => addJob(tx, sender, 'payments.auto-purchase', {}, { queue: name, key: name }))
}

/** Looks again at the accounts that should have bought: a lost trigger, ten minutes that have passed, a dead server. */
export async function queueDueAttempts(db: Database): Promise<{ accounts: number }> {
  const { rows } = await db.jobs.query<{ tenant_id: string }>(
    `SELECT tenant_id FROM ai_credit_accounts
      WHERE auto_purchase_enabled AND deleted_at IS NULL AND current_balance - held_credits <= auto_purchase_threshold`,
  )
  for (const { tenant_id: tenantId } of rows) await queueAttempt(db, tenantId, randomUUID())
  return { accounts: rows.length }
}
