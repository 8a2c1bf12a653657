import type { CreditLimitBody } from '#shared/schemas/operator'
import type { Context } from '../../../utils/context'
import type { Database } from '../../../utils/db'
import { runOnce } from '../../../utils/idempotency'
import { recordChange } from '../../audit/record-audit'
import { lockBillingAccount } from '../invoices/billing-account'
import { actAtHotel, bindTo } from './act-at'

/**
 * Up to how many yen of invoices a hotel's credits come before its money. What is outstanding already stays as it is.
 * @throws NOT_FOUND for no hotel
 */
export async function setCreditLimit(
  ctx: Context,
  db: Database,
  input: { tenantId: string; body: CreditLimitBody; idempotencyKey: string },
): Promise<{ creditLimitYen: number }> {
  const { tenantId, body } = input
  const at = await actAtHotel(ctx, db, tenantId)
  const request = { key: input.idempotencyKey, route: `operator/hotels/${tenantId}/credit-limit`, body }
  return runOnce(ctx, request, (complete) =>
    at.db.transaction(async (tx) => {
      const { invoiceCreditLimitYen } = await lockBillingAccount(tx, at)
      await tx.billingAccount.update({ where: { tenantId }, data: { ...body, updatedAt: ctx.now } })
      await recordChange(tx, at, {
        eventType: 'payments.credit_limit_changed',
        entityType: 'billing_accounts',
        entityId: tenantId,
        action: 'update',
        before: { invoiceCreditLimitYen },
        after: body,
      })
      const answer = { creditLimitYen: body.invoiceCreditLimitYen }
      await bindTo(tx, ctx.tenantId)
      await complete(tx, answer)
      return answer
    }),
  )
}
