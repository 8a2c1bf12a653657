import type { ExecuteBody, ExecuteResponse } from '#shared/schemas/ai'
import { Prisma } from '../../generated/prisma/client'
import { userIdOf, type Context } from '../../utils/context'
import type { Transaction } from '../../utils/db'
import type { ErrorCode, ErrorDetails } from '../../utils/errors'
import { newId } from '../../utils/ids'
import { emitEvent } from '../../utils/outbox'
import { text } from '../../utils/texts'
import { recordChange } from '../audit/record-audit'
import { releaseHold, renewHold } from '../credits/release-hold'
import type { Hold } from '../credits/reserve-credits'
import { settleHold, type Settlement } from '../credits/settle-hold'
import type { Kept } from './execute-function'
import type { Performed, PreparedRun } from './prepare-run'
import { providerCostYen } from './rules'

/** The life of an execution: started with its hold, then ended once, together with what it charged. */
export interface Run {
  executionId: string
  holdId: string
  functionType: string
  maximum: number
  startedAt: number
}

/** Remembers the answer under the idempotency key, in the transaction that charges. */
export type Complete = (tx: Transaction, kept: Kept) => Promise<void>

/** A run that has not said for so long that it lives is dead: its server was killed. */
export const leaseMs = 30_000
const renewMs = 10_000
/** A hold lives ten minutes. */
const renewHoldMs = 120_000

/** A run may outlast its request's instant: what it books at its end happens then. */
const atPresent = (ctx: Context): Context => ({ ...ctx, now: new Date() })

export async function startExecution(ctx: Context, body: ExecuteBody, prepared: PreparedRun, hold: Hold): Promise<Run> {
  const executionId = newId()
  const { input, ...parameters } = body.parameters
  const { functionType } = prepared.function
  await ctx.db.transaction((tx) =>
    tx.aiExecution.create({
      data: {
        tenantId: ctx.tenantId,
        id: executionId,
        userId: userIdOf(ctx) ?? ctx.tenantId,
        functionType,
        status: 'RUNNING',
        input,
        parameters: parameters as Prisma.InputJsonObject,
        metadata: body.metadata ?? Prisma.DbNull,
        estimatedCredits: prepared.estimate,
        maximumCredits: prepared.maximum,
        holdId: hold.holdId,
        provider: prepared.provider.name,
        model: prepared.model.model,
        promptVersion: prepared.promptVersion,
        leaseUntil: new Date(Date.now() + leaseMs),
        createdAt: ctx.now,
      },
    }),
  )
  return { executionId, holdId: hold.holdId, functionType, maximum: prepared.maximum, startedAt: performance.now() }
}

/** Says that the run lives, and keeps the hold of a long one. */
export function keepAlive(ctx: Context, run: Run): { stop(): void } {
  let holdRenewed = performance.now()
  const renew = async () => {
    const present = atPresent(ctx)
    await ctx.db.transaction((tx) =>
      tx.aiExecution.updateMany({
        where: { tenantId: ctx.tenantId, id: run.executionId, status: 'RUNNING' },
        data: { leaseUntil: new Date(present.now.getTime() + leaseMs) },
      }),
    )
    if (performance.now() - holdRenewed < renewHoldMs) return
    holdRenewed = performance.now()
    await renewHold(present, run.holdId)
  }
  // One that fails is followed by the next; a lease that lapses ends in NOT_CHARGED, never in a wrong charge.
  const timer = setInterval(() => void renew().catch(() => {}), renewMs)
  return { stop: () => clearInterval(timer) }
}

/** How the hold of an answered run ends: charged, lapsed, or given back because there was no answer to pay for. */
type Ending = Settlement | { outcome: 'UNANSWERED'; transactionId: null; balance: number }

/** Charges, keeps the result and remembers the answer, all in one transaction. */
export function completeExecution(
  ctx: Context,
  run: Run,
  { prepared, performed, charge }: { prepared: PreparedRun; performed: Performed; charge: number },
  complete: Complete,
): Promise<ExecuteResponse> {
  const present = atPresent(ctx)
  const { completion, additionalData } = performed
  const durationMs = Math.round(performance.now() - run.startedAt)
  return ctx.db.transaction(async (tx) => {
    const ending: Ending = performed.isUnanswered
      ? { outcome: 'UNANSWERED', transactionId: null, balance: (await releaseHold(present, run.holdId, tx)).balance }
      : await settleHold(
          present,
          { holdId: run.holdId, amount: charge, executionMs: durationMs, functionParams: ledgerNote(run, prepared) },
          tx,
        )
    const answer = answerOf(present, run, { output: completion.text, additionalData }, ending, durationMs)
    await end(tx, present, run, {
      status: completion.isStopped ? 'STOPPED' : 'COMPLETED',
      creditsCharged: answer.credits.creditsUsed,
      transactionId: answer.billing.transactionId,
      durationMs,
      tokensIn: completion.tokensIn,
      tokensOut: completion.tokensOut,
      timeToFirstTokenMs: completion.timeToFirstTokenMs,
      providerCostYen: providerCostYen(prepared.model, completion.tokensIn, completion.tokensOut),
      errorCode: ending.outcome === 'NOT_CHARGED' ? 'NOT_CHARGED' : null,
      result: answer as unknown as Prisma.InputJsonObject,
    })
    await complete(tx, { answer })
    return answer
  })
}

/** Ends a run for which nothing is charged. */
export async function endUncharged(
  ctx: Context,
  run: Run,
  { status, code }: { status: 'STOPPED' | 'FAILED'; code: string },
): Promise<void> {
  const present = atPresent(ctx)
  await releaseHold(present, run.holdId)
  await ctx.db.transaction((tx) =>
    end(tx, present, run, {
      status,
      errorCode: code,
      creditsCharged: 0,
      durationMs: Math.round(performance.now() - run.startedAt),
    }),
  )
}

/** Ends a run that failed and is charged all the same; the refusal is remembered, so that its key charges once. */
export function failCharged(
  ctx: Context,
  run: Run,
  { code, charge }: { code: ErrorCode; charge: number },
  complete: Complete,
): Promise<{ code: ErrorCode; details: ErrorDetails }> {
  const present = atPresent(ctx)
  const durationMs = Math.round(performance.now() - run.startedAt)
  return ctx.db.transaction(async (tx) => {
    const settlement = await settleHold(
      present,
      {
        holdId: run.holdId,
        amount: charge,
        executionMs: durationMs,
        functionParams: { executionId: run.executionId, errorCode: code },
      },
      tx,
    )
    const creditsCharged = settlement.outcome === 'SETTLED' ? settlement.charged : 0
    const refusal = { code, details: { creditsCharged } }
    await end(tx, present, run, {
      status: 'FAILED',
      errorCode: code,
      creditsCharged,
      transactionId: settlement.transactionId,
      durationMs,
    })
    await complete(tx, { refusal })
    return refusal
  })
}

/** What the ledger keeps about the run: enough to find it, nothing of what was asked. */
function ledgerNote({ executionId }: Run, { model, provider }: PreparedRun): object {
  return { executionId, provider: provider.name, model: model.model }
}

function answerOf(
  ctx: Context,
  run: Run,
  result: ExecuteResponse['result'],
  ending: Ending,
  executionTime: number,
): ExecuteResponse {
  const execution = {
    executionId: run.executionId,
    functionType: run.functionType as ExecuteResponse['execution']['functionType'],
    executionTime,
    timestamp: ctx.now.toISOString(),
  }
  if (ending.outcome === 'SETTLED') {
    const { charged, balance, costYen, transactionId } = ending
    return {
      execution,
      result,
      credits: {
        creditsUsed: charged,
        remainingBalance: balance,
        costPerCredit: Math.round((costYen / charged) * 10_000) / 10_000,
        totalCost: costYen,
      },
      billing: { transactionId, billableUnits: charged },
    }
  }
  return {
    execution,
    result,
    credits: { creditsUsed: 0, remainingBalance: ending.balance, costPerCredit: 0, totalCost: 0 },
    billing: {
      transactionId: null,
      billableUnits: 0,
      notice: text(ctx.locale, ending.outcome === 'UNANSWERED' ? 'ai.notChargedUnknown' : 'ai.notCharged'),
    },
  }
}

async function end(
  tx: Transaction,
  ctx: Context,
  run: Run,
  data: Prisma.AiExecutionUpdateInput & { status: string; creditsCharged: number },
): Promise<void> {
  const { status, creditsCharged } = data
  await tx.aiExecution.update({
    where: { tenantId_id: { tenantId: ctx.tenantId, id: run.executionId } },
    data: { ...data, leaseUntil: null, finishedAt: ctx.now },
  })
  await recordChange(tx, ctx, {
    eventType: 'ai.executed',
    entityType: 'ai_executions',
    entityId: run.executionId,
    action: 'execute',
    after: { functionType: run.functionType, status, creditsCharged },
  })
  await emitEvent(tx, ctx, 'ai.executed', {
    executionId: run.executionId,
    functionType: run.functionType,
    status,
    creditsCharged,
    userId: userIdOf(ctx),
  })
}
