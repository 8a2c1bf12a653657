import type { EstimateResponse, ExecuteBody } from '#shared/schemas/ai'
import type { Context } from '../../utils/context'
import { text } from '../../utils/texts'
import { prepareRun } from './prepare-run'
import { tokenMultiplier } from './rules'

/** What a run would cost, and the most it can cost. @throws as prepareRun does */
export async function estimateRun(ctx: Context, body: ExecuteBody): Promise<EstimateResponse> {
  const { function: aiFunction, estimate, maximum, tokens, model } = await prepareRun(ctx, body)
  const say = (key: string, values: Record<string, unknown>) => text(ctx.locale, `ai.estimate.${key}`, values)
  const number = (value: number) => value.toLocaleString(ctx.locale)
  const reasons = [
    say('base', {
      function: text(ctx.locale, `credits.functions.${aiFunction.functionType}`),
      credits: number(aiFunction.baseCredits),
    }),
  ]
  if (tokens.most > 0)
    reasons.push(
      say('tokens', { expected: number(tokens.expected), multiplier: number(tokenMultiplier(tokens.expected)) }),
    )
  if (model.creditFactor !== 1) reasons.push(say('model', { model: model.model, factor: number(model.creditFactor) }))
  reasons.push(
    maximum > estimate
      ? say('maximum', { most: number(tokens.most), maximum: number(maximum) })
      : say('fixed', { maximum: number(maximum) }),
  )
  return { estimate, maximum, unit: 'credits', reasons }
}
