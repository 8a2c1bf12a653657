import { predictionMostGapDays, predictionOptions, type PredictionOptions } from '#shared/schemas/ai'
import { addDays, daysBetween } from '#shared/utils/calendar'
import type { Context } from '../../../utils/context'
import { AppError } from '../../../utils/errors'
import { invalidInput, refusedBy } from '../../../utils/invalid-input'
import { longDate } from '../../../utils/texts'
import { dataSpan } from '../../reservations/daily-series'

export interface PredictionPlan {
  metric: PredictionOptions['metric']
  horizonDays: PredictionOptions['horizonDays']
  /** First day of the forecast. */
  from: string
  /** The last day whose figures may be used: before `from`, and complete. */
  dataUntil: string
}

/** Two weeks: before, there is no pattern over the week to go by. */
export const leastHistoryDays = 14
const optionsPath = ['parameters', 'customOptions']

/**
 * What a prediction will look at; nothing is charged yet.
 * @throws INVALID_INPUT for unusable options, NOT_ENOUGH_DATA {missingDays} for too short a history
 */
export async function planPrediction(ctx: Context, customOptions: unknown): Promise<PredictionPlan> {
  const parsed = predictionOptions.safeParse(customOptions ?? {}, { reportInput: true })
  if (!parsed.success) throw refusedBy(parsed.error, optionsPath)
  const { firstDay, lastCompleteDay } = await ctx.db.read((tx) => dataSpan(tx, ctx))
  if (!firstDay || !lastCompleteDay)
    throw new AppError('NOT_ENOUGH_DATA', { missingDays: leastHistoryDays, days: 0, neededDays: leastHistoryDays })
  const from = parsed.data.from ?? addDays(lastCompleteDay, 1)
  const earliest = addDays(firstDay, 1)
  const latest = addDays(lastCompleteDay, 1 + predictionMostGapDays)
  if (from < earliest || from > latest) {
    const values = { earliest: longDate(ctx.locale, earliest), latest: longDate(ctx.locale, latest) }
    throw invalidInput([{ path: [...optionsPath, 'from'].join('.'), problem: 'dayOutside', values }], {
      earliest,
      latest,
    })
  }
  const dataUntil = from <= lastCompleteDay ? addDays(from, -1) : lastCompleteDay
  const days = daysBetween(firstDay, dataUntil) + 1
  if (days < leastHistoryDays)
    throw new AppError('NOT_ENOUGH_DATA', { missingDays: leastHistoryDays - days, days, neededDays: leastHistoryDays })
  return { metric: parsed.data.metric, horizonDays: parsed.data.horizonDays, from, dataUntil }
}
