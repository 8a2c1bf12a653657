import { monthOf, resetInstant } from '#shared/utils/calendar'
import type { Tenant } from '../../utils/context'
import { callIn, type TenantDatabase } from '../../utils/db'
import { newId } from '../../utils/ids'
import { grantPriority } from './rules'
import { grantStatement, type GrantRow } from './statements'

/**
 * Opens a hotel's account with the whole grant of the present month; its first reset comes with everybody else's.
 * @returns the account's id, also when it was open already
 */
export async function openAccount(input: { db: TenantDatabase; tenant: Tenant; now: Date }): Promise<string> {
  const { db, tenant, now } = input
  const month = monthOf(now, tenant.timeZone)
  // Between 00:00 and 00:05 of a first, this month's reset is still to come: the grant given now is it.
  const nextReset = resetInstant(month, tenant.timeZone, 1)
  return db.transaction(async (tx) => {
    const plan = await tx.plan.findUniqueOrThrow({ where: { code: tenant.planCode } })
    await tx.aiCreditAccount.createMany({
      data: {
        tenantId: tenant.id,
        id: newId(),
        planType: plan.code,
        monthlyFreeCredits: plan.monthlyFreeCredits,
        lastResetMonth: new Date(month),
        nextDueAt: nextReset,
        createdAt: now,
        updatedAt: now,
      },
      skipDuplicates: true,
    })
    const account = await tx.aiCreditAccount.findUniqueOrThrow({ where: { tenantId: tenant.id } })
    if (plan.monthlyFreeCredits > 0) {
      await callIn<GrantRow>(
        tx,
        grantStatement({
          tenantId: tenant.id,
          source: 'MONTHLY_FREE',
          type: 'MONTHLY_RESET',
          amount: plan.monthlyFreeCredits,
          unitPriceYen: '0',
          expiresAt: resetInstant(month, tenant.timeZone, 1 + plan.carryOverMonths),
          priority: grantPriority.MONTHLY_FREE,
          userId: null,
          description: null,
          referenceId: null,
          idempotencyKey: 'account-opened',
          now,
        }),
      )
    }
    return account.id
  })
}
