import type { FunctionsResponse } from '#shared/schemas/ai'
import { aiFunctionType, aiFunctionTypes } from '#shared/schemas/credits'
import { addDays } from '#shared/utils/calendar'
import type { Context } from '../../utils/context'
import { planWith } from '../identity/plan-limits'
import { dataSpan } from '../reservations/daily-series'
import { isBuilt } from './functions'
import { chooseProvider } from './providers'

/** The catalogue as this hotel sees it: what it may run, what that costs, and what a prediction can use. */
export async function listFunctions(ctx: Context): Promise<FunctionsResponse> {
  const rows = await ctx.db.read((tx) => tx.aiFunction.findMany())
  const sections = await ctx.db.read((tx) => tx.knowledgeSection.count({ where: { tenantId: ctx.tenantId } }))
  const { firstDay, lastCompleteDay } = await dataSpan(ctx)
  const functions = await Promise.all(
    rows.map(async (row) => {
      const functionType = aiFunctionType.parse(row.functionType)
      const isInPlan = !row.requiredFeature || ctx.tenant.features.includes(row.requiredFeature)
      return {
        functionType,
        baseCredits: row.baseCredits,
        available: isInPlan && isBuilt(functionType),
        requiredPlan: isInPlan || !row.requiredFeature ? null : await planWith(ctx, row.requiredFeature),
        hourlyLimit: row.hourlyLimit,
      }
    }),
  )
  return {
    functions: functions.sort(
      (a, b) => aiFunctionTypes.indexOf(a.functionType) - aiFunctionTypes.indexOf(b.functionType),
    ),
    provider: chooseProvider().name,
    knowledgeSections: sections,
    predictionData: { firstDay, lastCompleteDay, defaultFrom: lastCompleteDay && addDays(lastCompleteDay, 1) },
  }
}
