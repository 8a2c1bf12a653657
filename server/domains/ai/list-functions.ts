import type { FunctionsResponse } from '#shared/schemas/ai'
import { aiFunctionType, aiFunctionTypes } from '#shared/schemas/credits'
import { addDays } from '#shared/utils/calendar'
import type { Context } from '../../utils/context'
import { dataSpan } from '../reservations/daily-series'
import { isBuilt } from './functions'
import { chooseProvider } from './providers'

/** The catalogue as this hotel sees it: what it may run, what that costs, and what a prediction can use. */
export function listFunctions(ctx: Context): Promise<FunctionsResponse> {
  return ctx.db.read(async (tx) => {
    const rows = await tx.aiFunction.findMany()
    const plans = await tx.plan.findMany({ select: { name: true, features: true }, orderBy: { rank: 'asc' } })
    const knowledgeSections = await tx.knowledgeSection.count({ where: { tenantId: ctx.tenantId } })
    const { firstDay, lastCompleteDay } = await dataSpan(tx, ctx)
    const functions = rows.map(({ baseCredits, hourlyLimit, requiredFeature, ...row }) => {
      const functionType = aiFunctionType.parse(row.functionType)
      const isInPlan = !requiredFeature || ctx.tenant.features.includes(requiredFeature)
      const smallest = plans.find(({ features }) => requiredFeature !== null && features.includes(requiredFeature))
      return {
        functionType,
        baseCredits,
        available: isInPlan && isBuilt(functionType),
        requiredPlan: isInPlan ? null : (smallest?.name ?? null),
        hourlyLimit,
      }
    })
    return {
      functions: functions.sort(
        (a, b) => aiFunctionTypes.indexOf(a.functionType) - aiFunctionTypes.indexOf(b.functionType),
      ),
      provider: chooseProvider().name,
      knowledgeSections,
      predictionData: { firstDay, lastCompleteDay, defaultFrom: lastCompleteDay && addDays(lastCompleteDay, 1) },
    }
  })
}
