import type { BalanceResponse } from '#shared/schemas/credits'
import { addDays, dayOf, monthOf } from '#shared/utils/calendar'
import type { Context } from '../../utils/context'
import { notFound } from '../../utils/errors'
import { dailyUsage, estimatedDaysLeft, topFunctions, usageDays, type DailyUse } from './rules'
import { runDueForTenant } from './run-due'

interface DashboardRow {
  account_id: string | null
  plan_type: string
  monthly_free_credits: number
  current_balance: number
  held_credits: number
  total_purchased_credits: number
  auto_purchase_enabled: boolean
  auto_purchase_threshold: number
  auto_purchase_amount: number
  is_due: boolean
  expiring: [credits: number, expiresAt: string][]
  uses: [date: string, functionType: string, credits: number][]
}

/**
 * The account's figures for the dashboard, from the account's row and the daily rollup: one round trip, whose
 * cost does not grow with the ledger.
 */
export async function getBalance(ctx: Context): Promise<BalanceResponse> {
  let row = await read(ctx)
  if (row.is_due) {
    await runDueForTenant(ctx)
    row = await read(ctx)
  }
  if (!row.account_id) throw notFound()
  const today = dayOf(ctx.now, ctx.tenant.timeZone)
  const month = monthOf(ctx.now, ctx.tenant.timeZone)
  const uses = row.uses.map(([date, functionType, credits]): DailyUse => ({ date, functionType, credits }))
  const since = addDays(today, 1 - usageDays)
  const recent = uses.filter((use) => use.date >= since)
  const daily = dailyUsage(recent, today)
  const available = row.current_balance - row.held_credits
  return {
    account: { accountId: row.account_id, tenantId: ctx.tenantId, planType: row.plan_type },
    balance: {
      currentBalance: row.current_balance,
      availableBalance: available,
      monthlyFreeCredits: row.monthly_free_credits,
      usedThisMonth: uses.filter((use) => use.date >= month).reduce((sum, use) => sum + use.credits, 0),
      totalPurchased: row.total_purchased_credits,
      estimatedDaysLeft: estimatedDaysLeft(available, daily),
      expiring: row.expiring.map(([credits, expiresAt]) => ({
        credits,
        expiresAt: new Date(expiresAt).toISOString(),
      })),
    },
    autoPurchase: {
      enabled: row.auto_purchase_enabled,
      threshold: row.auto_purchase_threshold,
      purchaseAmount: row.auto_purchase_amount,
    },
    usage: { topFunctions: topFunctions(recent), dailyUsage: daily },
  }
}

function read(ctx: Context): Promise<DashboardRow> {
  const today = dayOf(ctx.now, ctx.tenant.timeZone)
  const month = monthOf(ctx.now, ctx.tenant.timeZone)
  const first = addDays(today, 1 - usageDays)
  return ctx.db.query<DashboardRow>({
    name: 'credit_dashboard',
    text: 'SELECT * FROM credit_dashboard($1::uuid, $2::timestamptz, $3::date, $4::date)',
    values: [ctx.tenantId, ctx.now, month < first ? month : first, today],
  })
}
