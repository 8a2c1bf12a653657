import type { AiFunctionType } from '#shared/schemas/credits'
import type { Context } from '../../utils/context'
import { AppError, notFound } from '../../utils/errors'
import { invalidInput } from '../../utils/invalid-input'
import { requireFeature } from '../identity/plan-limits'

/** What runs in this version; the other functions stand in the catalogue with their price. */
export const builtFunctions = ['chatbot', 'prediction'] as const
export type BuiltFunction = (typeof builtFunctions)[number]

export interface AiFunction {
  functionType: BuiltFunction
  baseCredits: number
  /** Runs a person and hour. */
  hourlyLimit: number
}

export const isBuilt = (functionType: AiFunctionType): functionType is BuiltFunction =>
  builtFunctions.some((built) => built === functionType)

/**
 * A function that this hotel may run.
 * @throws PLAN_FEATURE_REQUIRED, FUNCTION_NOT_AVAILABLE
 */
export async function findFunction(ctx: Context, functionType: AiFunctionType): Promise<AiFunction> {
  const row = await ctx.db.read((tx) => tx.aiFunction.findUnique({ where: { functionType } }))
  if (!row) throw notFound()
  if (row.requiredFeature) await requireFeature(ctx, row.requiredFeature)
  if (!isBuilt(functionType)) throw new AppError('FUNCTION_NOT_AVAILABLE', { functionType })
  return { functionType, baseCredits: row.baseCredits, hourlyLimit: row.hourlyLimit }
}

export interface Model {
  model: string
  creditFactor: number
  inputYenPerMillion: number
  outputYenPerMillion: number
}

/**
 * The model of a run: the one asked for, the installation's own, or the provider's default row.
 * @throws INVALID_INPUT for a model that the provider's rows do not have
 */
export async function findModel(
  ctx: Context,
  provider: string,
  asked: string | undefined,
  configured: string | undefined,
): Promise<Model> {
  const rows = await ctx.db.read((tx) =>
    tx.aiModel.findMany({ where: { provider }, orderBy: [{ isDefault: 'desc' }, { model: 'asc' }] }),
  )
  const known = rows.map(({ model, creditFactor, inputYenPerMillion, outputYenPerMillion }) => ({
    model,
    creditFactor: creditFactor.toNumber(),
    inputYenPerMillion: inputYenPerMillion.toNumber(),
    outputYenPerMillion: outputYenPerMillion.toNumber(),
  }))
  const name = asked ?? configured
  const found = name ? known.find(({ model }) => model === name) : known[0]
  if (found) return found
  // The operator's own setting may name a model of a compatible server that has no row, and so no price.
  if (name && name === configured)
    return { model: name, creditFactor: 1, inputYenPerMillion: 0, outputYenPerMillion: 0 }
  const models = known.map(({ model }) => model)
  throw invalidInput([{ path: 'parameters.model', problem: 'oneOf', values: { allowed: models.join(', ') } }], {
    models,
  })
}
