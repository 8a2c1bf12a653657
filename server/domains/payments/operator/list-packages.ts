import type { OperatorPackage, OperatorPackagesResponse } from '#shared/schemas/operator'
import { addDays, dayOf } from '#shared/utils/calendar'
import type { AiCreditPackage } from '../../../generated/prisma/client'
import type { Context } from '../../../utils/context'
import type { Database } from '../../../utils/db'
import { taxRate } from '../rules'

/** Every package there ever was, those on sale first. */
export async function listPackages(ctx: Context, db: Database): Promise<OperatorPackagesResponse> {
  const [packages, plans, { rows: sold }] = await Promise.all([
    db.global.aiCreditPackage.findMany({
      orderBy: [{ active: 'desc' }, { creditsAmount: 'asc' }, { createdAt: 'asc' }],
    }),
    db.global.plan.findMany({ orderBy: { rank: 'asc' }, select: { code: true, name: true } }),
    db.jobs.query<{ package_id: string; purchases: number }>(
      `SELECT package_id, count(*)::int AS purchases FROM credit_purchases
        WHERE status IN ('COMPLETED', 'ON_CREDIT') GROUP BY package_id`,
    ),
  ])
  const purchases = new Map(sold.map((row) => [row.package_id, row.purchases]))
  return { packages: packages.map((one) => presentPackage(ctx, one, purchases.get(one.id) ?? 0)), plans, taxRate }
}

export function presentPackage(ctx: Context, row: AiCreditPackage, purchases: number): OperatorPackage {
  const { timeZone } = ctx.tenant
  const isBegun = row.validFrom === null || row.validFrom <= ctx.now
  const isOver = row.validUntil !== null && row.validUntil <= ctx.now
  return {
    id: row.id,
    displayName: row.displayName,
    description: row.description,
    marketingHighlight: row.marketingHighlight,
    planType: row.planType,
    creditsAmount: row.creditsAmount,
    listPriceYen: row.listPriceYen,
    priceYen: row.priceYen,
    isBulkPackage: row.isBulkPackage,
    isPromotional: row.isPromotional,
    active: row.active,
    validFrom: row.validFrom && dayOf(row.validFrom, timeZone),
    // The row keeps the instant at which it ends, the operator the last day.
    validUntil: row.validUntil && addDays(dayOf(row.validUntil, timeZone), -1),
    onSale: row.active && isBegun && !isOver,
    purchases,
    updatedAt: row.updatedAt.toISOString(),
  }
}
