import { z } from 'zod'
import type { Context } from '../../../utils/context'
import type { Database, Transaction } from '../../../utils/db'
import type { DomainEvent } from '../../../utils/outbox-relay'
import { eventContext } from '../../identity/job-context'
import { recipientsOf } from '../../identity/people'
import { queueMail } from '../../mail/queue-mail'

const charge = z.object({
  accountId: z.uuid(),
  available: z.number(),
  threshold: z.number(),
  autoPurchase: z.boolean(),
})

/**
 * Tells the hotel once that its credits run low: for the charge that takes them to the threshold, not for those
 * after it. A new notice needs a grant that lifted the balance over the threshold again.
 */
export async function noticeLowBalance(db: Database, event: DomainEvent): Promise<void> {
  const { accountId, available, threshold, autoPurchase } = charge.parse(event.payload)
  if (autoPurchase || available > threshold) return
  const ctx = await eventContext(db, event)
  await ctx.db.transaction(async (tx) => {
    const account = await tx.aiCreditAccount.findUniqueOrThrow({
      where: { tenantId_id: { tenantId: ctx.tenantId, id: accountId } },
    })
    // It was delivered late, and credits have come meanwhile.
    if (account.currentBalance - account.heldCredits > threshold) return
    await writeLowBalance(tx, ctx, { accountId, available, threshold })
  })
}

/** The notice itself, also for an auto-purchase that is on and cannot buy: the credits run out all the same. */
export async function writeLowBalance(
  tx: Transaction,
  ctx: Context,
  { accountId, available, threshold }: { accountId: string; available: number; threshold: number },
): Promise<void> {
  await queueMail(tx, ctx, {
    kind: 'creditsLow',
    locale: ctx.locale,
    to: await recipientsOf(tx, ctx.tenantId, 'MANAGER'),
    dedupeKey: `credits-low:${await lastRise(tx, ctx, accountId, threshold)}`,
    path: '/credits?buy',
    values: { hotel: ctx.tenant.name, available },
  })
}

/** The ledger entry of the last grant that left more than the threshold; none yet: the account's own beginning. */
async function lastRise(tx: Transaction, ctx: Context, accountId: string, threshold: number): Promise<string> {
  const grant = await tx.aiCreditGrant.findFirst({
    where: { tenantId: ctx.tenantId, accountId, transaction: { balanceAfter: { gt: threshold } } },
    orderBy: { transaction: { createdAt: 'desc' } },
    select: { transactionId: true },
  })
  return grant?.transactionId ?? accountId
}
