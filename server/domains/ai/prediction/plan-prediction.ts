import { predictionOptions, type PredictionOptions } from '#shared/schemas/ai'
import { addDays, daysBetween } from '#shared/utils/calendar'
import type { Context } from '../../../utils/context'
import { AppError } from '../../../utils/errors'
import { invalidInput, refusedBy } from '../../../utils/invalid-input'
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
/** A forecast may begin this long after the last complete day. */
export const mostGapDays = 90
const optionsPath = ['parameters', 'customOptions']

/**
 * What a prediction will look at; nothing is charged yet.
 * @throws INVALID_INPUT for unusable options, NOT_ENOUGH_DATA {missingDays} for too short a history
 */
export async function planPrediction(ctx: Context, customOptions: unknown): Promise<PredictionPlan> {
  const parsed = predictionOptions.safeParse(customOptions ?? {}, { reportInput: true })
  if (!parsed.success) throw refusedBy(parsed.error, optionsPath)
  const { firstDay, lastCompleteDay } = await dataSpan(ctx)
  if (!firstDay || !lastCompleteDay)
    throw new AppError('NOT_ENOUGH_DATA', { missingDays: leastHistoryDays, days: 0, neededDays: leastHistoryDays })
  const from = parsed.data.from ?? addDays(lastCompleteDay, 1)
  const earliest = addDays(firstDay, 1)
  const latest = addDays(lastCompleteDay, 1 + mostGapDays)
  if (from < earliest || from > latest) {
    throw invalidInput(
      [{ path: [...optionsPath, 'from'].join('.'), problem: 'dayOutside', values: { earliest, latest } }],
      { earliest, latest },
    )
  }
  const dataUntil = from <= lastCompleteDay ? addDays(from, -1) : lastCompleteDay
  const days = daysBetween(firstDay, dataUntil) + 1
  if (days < leastHistoryDays)
    throw new AppError('NOT_ENOUGH_DATA', { missingDays: leastHistoryDays - days, days, neededDays: leastHistoryDays })
  return { metric: parsed.data.metric, horizonDays: parsed.data.horizonDays, from, dataUntil }
}
