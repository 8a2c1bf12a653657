import type { Context } from '../../utils/context'
import { AppError } from '../../utils/errors'

/**
 * Lets pass what the hotel's plan has.
 * @throws PLAN_FEATURE_REQUIRED with the smallest plan that has the feature
 */
export async function requireFeature(ctx: Context, feature: string): Promise<void> {
  if (ctx.tenant.features.includes(feature)) return
  throw new AppError('PLAN_FEATURE_REQUIRED', {
    feature,
    plan: await planWith(ctx, feature),
    presentPlan: ctx.tenant.planName,
  })
}

/** Name of the smallest plan with a feature; null when no plan has it. */
async function planWith(ctx: Context, feature: string): Promise<string | null> {
  return ctx.db.read(async (tx) => {
    const plan = await tx.plan.findFirst({ where: { features: { has: feature } }, orderBy: { rank: 'asc' } })
    return plan?.name ?? null
  })
}
