import type { ExecuteBody, ExecuteResponse } from '#shared/schemas/ai'
import type { Context } from '../../utils/context'
import { env } from '../../utils/env'
import { AppError, type ErrorCode, type ErrorDetails } from '../../utils/errors'
import { runOnce } from '../../utils/idempotency'
import { logger } from '../../utils/logger'
import { countAiRun, uncountAiRun } from '../../utils/rate-limits'
import { releaseHold } from '../credits/release-hold'
import type { Hold } from '../credits/reserve-credits'
import {
  completeExecution,
  endUncharged,
  failCharged,
  keepAlive,
  startExecution,
  type Complete,
  type Run,
} from './executions'
import { prepareRun, type Performed, type PreparedRun, type Reader } from './prepare-run'
import { ProviderError, type ProviderFault } from './providers/provider'
import { reserveRun } from './reserve-run'
import { chargeFor } from './rules'
import { tracked } from './running'

export interface ExecuteInput {
  body: ExecuteBody
  idempotencyKey: string
}

/** Reads along while the run goes on. */
export interface RunReader extends Reader {
  /** The credits are reserved: from here on the answer is on its way, and can be found by this id. */
  onStart?: (executionId: string) => void
}

/** What is remembered under an idempotency key: the answer, or a refusal that was charged. */
export type Kept = { answer: ExecuteResponse } | { refusal: { code: ErrorCode; details: ErrorDetails } }

const refusalOf: Record<ProviderFault, ErrorCode> = {
  unavailable: 'AI_PROVIDER_UNAVAILABLE',
  rateLimited: 'AI_PROVIDER_BUSY',
  unusable: 'AI_EMPTY_ANSWER',
}

/**
 * Runs an AI function: checks, reserves the most it can cost, runs, and charges what it took, once for its key.
 * Refused before the reservation it leaves nothing; afterwards its execution tells how it ended.
 * @throws PLAN_FEATURE_REQUIRED, FUNCTION_NOT_AVAILABLE, INVALID_INPUT, NOT_ENOUGH_DATA, KNOWLEDGE_EMPTY,
 * RATE_LIMIT_EXCEEDED, INSUFFICIENT_CREDITS, IDEMPOTENCY_CONFLICT, AI_PROVIDER_UNAVAILABLE, AI_PROVIDER_BUSY,
 * AI_EMPTY_ANSWER, AI_RUN_STOPPED, SHUTTING_DOWN
 */
export async function executeFunction(
  ctx: Context,
  { body, idempotencyKey }: ExecuteInput,
  reader: RunReader = {},
): Promise<ExecuteResponse> {
  const request = { key: idempotencyKey, route: 'ai/execute', body }
  const kept = await tracked(runOnce<Kept>(ctx, request, (complete) => runNew(ctx, body, complete, reader)))
  if ('refusal' in kept) throw new AppError(kept.refusal.code, kept.refusal.details)
  return kept.answer
}

async function runNew(ctx: Context, body: ExecuteBody, complete: Complete, reader: RunReader): Promise<Kept> {
  const prepared = await prepareRun(ctx, body)
  const run = await begin(ctx, body, prepared)
  const alive = keepAlive(ctx, run)
  try {
    reader.onStart?.(run.executionId)
    return await perform(ctx, run, prepared, complete, reader)
  } finally {
    alive.stop()
  }
}

/** Counts the run, and takes it back where it does not come to one: what never began leaves nothing. */
async function begin(ctx: Context, body: ExecuteBody, prepared: PreparedRun): Promise<Run> {
  const { functionType, hourlyLimit } = prepared.function
  const person = ctx.actor.kind === 'person' ? ctx.actor.userId : ctx.tenantId
  await countAiRun(functionType, person, hourlyLimit)
  try {
    const hold = await reserveRun(ctx, { amount: prepared.maximum, functionType })
    return await start(ctx, body, prepared, hold)
  } catch (error) {
    await uncountAiRun(functionType, person, hourlyLimit)
    throw error
  }
}

async function start(ctx: Context, body: ExecuteBody, prepared: PreparedRun, hold: Hold): Promise<Run> {
  try {
    return await startExecution(ctx, body, prepared, hold)
  } catch (error) {
    await releaseHold(ctx, hold.holdId)
    throw error
  }
}

async function perform(
  ctx: Context,
  run: Run,
  prepared: PreparedRun,
  complete: Complete,
  reader: RunReader,
): Promise<Kept> {
  let performed: Performed
  try {
    performed = await prepared.perform(ctx.signal, reader)
  } catch (error) {
    if (ctx.signal.aborted && !(error instanceof ProviderError)) return stopped(ctx, run)
    return fail(ctx, run, error, complete)
  }
  const { isStopped, text, tokensIn, tokensOut } = performed.completion
  // A fragment is the hotel's to pay when its person stopped it, not when we did.
  if (isStopped && (isShuttingDown(ctx) || !text.trim())) return stopped(ctx, run)
  const charge = performed.isUnanswered ? 0 : chargeFor(prepared.price, tokensIn + tokensOut, prepared.maximum)
  try {
    return { answer: await completeExecution(ctx, run, { prepared, performed, charge }, complete) }
  } catch (error) {
    return fail(ctx, run, error, complete)
  }
}

const isShuttingDown = ({ signal }: Context): boolean =>
  signal.reason instanceof AppError && signal.reason.code === 'SHUTTING_DOWN'

/** Stopped with nothing to pay for: by the person before the first word, or, at any time, by the server's own end. */
async function stopped(ctx: Context, run: Run): Promise<never> {
  if (isShuttingDown(ctx)) {
    await endUncharged(ctx, run, { status: 'FAILED', code: 'SHUTTING_DOWN' })
    throw new AppError('SHUTTING_DOWN', { creditsCharged: 0 })
  }
  await endUncharged(ctx, run, { status: 'STOPPED', code: 'AI_RUN_STOPPED' })
  throw new AppError('AI_RUN_STOPPED')
}

/** A fault of the provider's or of ours is not the hotel's to pay, but for its rate limit: that has a price. */
async function fail(ctx: Context, run: Run, error: unknown, complete: Complete): Promise<Kept> {
  if (!(error instanceof ProviderError)) {
    await endUncharged(ctx, run, { status: 'FAILED', code: error instanceof AppError ? error.code : 'INTERNAL_ERROR' })
    throw error
  }
  const code = refusalOf[error.fault]
  logger.warn(
    { err: error.cause, fault: error.fault, requestId: ctx.requestId, executionId: run.executionId },
    'AI provider failed',
  )
  const charge = error.fault === 'rateLimited' ? Math.min(env().AI_RATE_LIMIT_CREDITS, run.maximum) : 0
  if (charge === 0) {
    await endUncharged(ctx, run, { status: 'FAILED', code })
    throw new AppError(code, { creditsCharged: 0 })
  }
  try {
    return { refusal: await failCharged(ctx, run, { code, charge }, complete) }
  } catch (unbooked) {
    await endUncharged(ctx, run, { status: 'FAILED', code })
    throw unbooked
  }
}
