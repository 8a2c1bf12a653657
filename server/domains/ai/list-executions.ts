import { z } from 'zod'
import {
  executeResponse,
  type Execution,
  type ExecutionDetail,
  type ExecutionsQuery,
  type ExecutionsResponse,
} from '#shared/schemas/ai'
import { aiFunctionType } from '#shared/schemas/credits'
import type { AiExecution, Prisma } from '../../generated/prisma/client'
import type { Context } from '../../utils/context'
import { decodeCursor, encodeCursor, instantPosition } from '../../utils/cursor'
import { notFound } from '../../utils/errors'
import { namesOf } from '../identity/people'

/** The hotel's runs, newest first, with what they cost. */
export async function listExecutions(
  ctx: Context,
  { cursor, limit, functionType }: ExecutionsQuery,
): Promise<ExecutionsResponse> {
  const after = cursor ? decodeCursor(cursor, instantPosition) : null
  const at = after && new Date(after.at / 1000)
  const where: Prisma.AiExecutionWhereInput = {
    tenantId: ctx.tenantId,
    functionType,
    ...(after && at && { OR: [{ createdAt: { lt: at } }, { createdAt: at, id: { lt: after.id } }] }),
  }
  return ctx.db.read(async (tx) => {
    const rows = await tx.aiExecution.findMany({
      where,
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: limit + 1,
    })
    const shown = rows.slice(0, limit)
    const names = await namesOf(
      tx,
      shown.map((row) => row.userId),
    )
    const last = shown.at(-1)
    return {
      executions: shown.map((row) => present(row, names, ctx.now)),
      nextCursor:
        rows.length > limit && last ? encodeCursor({ at: last.createdAt.getTime() * 1000, id: last.id }) : null,
    }
  })
}

/** One run with its result, as execute gave it. @throws NOT_FOUND */
export async function getExecution(ctx: Context, id: string): Promise<ExecutionDetail> {
  return ctx.db.read(async (tx) => {
    const row = await tx.aiExecution.findUnique({ where: { tenantId_id: { tenantId: ctx.tenantId, id } } })
    if (!row) throw notFound()
    const names = await namesOf(tx, [row.userId])
    return {
      execution: present(row, names, ctx.now),
      result: row.result === null ? null : executeResponse.parse(row.result),
    }
  })
}

const statuses = z.enum(['RUNNING', 'COMPLETED', 'STOPPED', 'FAILED'])
const keptParameters = z.object({ customOptions: z.record(z.string(), z.unknown()).optional() })

function present(row: AiExecution, names: ReadonlyMap<string, string>, now: Date): Execution {
  // A run whose server was killed is over, even before the task has come by.
  const isDead = row.status === 'RUNNING' && row.leaseUntil !== null && row.leaseUntil <= now
  return {
    id: row.id,
    functionType: aiFunctionType.parse(row.functionType),
    status: isDead ? 'FAILED' : statuses.parse(row.status),
    input: row.input,
    customOptions: keptParameters.parse(row.parameters).customOptions ?? null,
    creditsCharged: row.creditsCharged,
    errorCode: isDead ? 'INTERRUPTED' : row.errorCode,
    durationMs: row.durationMs,
    user: { id: row.userId, name: names.get(row.userId) ?? '' },
    createdAt: row.createdAt.toISOString(),
  }
}
