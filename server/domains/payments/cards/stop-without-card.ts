import type { Context } from '../../../utils/context'
import type { Transaction } from '../../../utils/db'
import { newId } from '../../../utils/ids'
import { emitEvent } from '../../../utils/outbox'
import { recordChange } from '../../audit/record-audit'

const reason = 'NO_CARD'

/**
 * Switches the auto-purchase off when the last card is gone: it could only fail from now on, at the moment the
 * credits are needed.
 * @returns whether it was on
 */
export async function stopWithoutCard(tx: Transaction, ctx: Context): Promise<boolean> {
  const { tenantId, now } = ctx
  const [account] = await tx.aiCreditAccount.updateManyAndReturn({
    where: { tenantId, autoPurchaseEnabled: true },
    data: { autoPurchaseEnabled: false, autoPurchaseStoppedReason: reason, updatedAt: now },
  })
  if (!account) return false
  await tx.autoPurchaseDecision.create({
    data: {
      tenantId,
      id: newId(),
      decision: 'SWITCHED_OFF',
      available: account.currentBalance - account.heldCredits,
      threshold: account.autoPurchaseThreshold,
      reason,
      createdAt: now,
    },
  })
  await recordChange(tx, ctx, {
    eventType: 'credits.auto_purchase_stopped',
    entityType: 'ai_credit_accounts',
    entityId: account.id,
    action: 'stop',
    before: { enabled: true },
    after: { enabled: false, reason },
  })
  await emitEvent(tx, ctx, 'credits.auto_purchase_stopped', { purchaseId: null, reason })
  return true
}
