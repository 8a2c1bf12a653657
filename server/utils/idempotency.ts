import { createHash, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { Prisma } from '../generated/prisma/client'
import { type Context, userIdOf } from './context'
import type { Transaction } from './db'
import { AppError } from './errors'
import { logger } from './logger'

export interface IdempotentRequest {
  /** The client's Idempotency-Key. */
  key: string
  route: string
  body: unknown
}

const keptMs = 24 * 3_600_000
/** A first request that has not renewed its lease for this long is dead, and the next one takes its place. */
const leaseMs = 15_000
const lookAgainMs = 100

/** An idempotency key a person may choose. */
export const idempotencyKey = z.string().regex(/^[\x21-\x7e]{1,200}$/)

/** Another request has taken this one's place meanwhile: what this one did is rolled back. */
class ClaimLost extends Error {}

/**
 * Runs a write at most once for its key (tenant, person and route; 24 hours). The same request again gets the
 * first one's answer; one that comes while the first runs waits for it; a refusal is not kept.
 * `run` calls `complete` with its answer inside the transaction that does the work, so that the work and the
 * memory of it are committed together, or, where another request has taken its place, neither is.
 * @throws IDEMPOTENCY_CONFLICT when the key was used with another body
 */
export async function runOnce<T extends object>(
  ctx: Context,
  request: IdempotentRequest,
  run: (complete: (tx: Transaction, answer: T) => Promise<void>) => Promise<T>,
): Promise<T> {
  const where = {
    tenantId: ctx.tenantId,
    userId: userIdOf(ctx) ?? ctx.tenantId,
    route: request.route,
    key: request.key,
  }
  const bodyHash = createHash('sha256').update(canonicalJson(request.body)).digest('base64url')
  for (;;) {
    const turn = await takeTurn<T>(ctx, where, bodyHash)
    if ('answer' in turn) return turn.answer
    const mine = { ...where, claim: turn.claim, response: { equals: Prisma.DbNull } }
    const renewal = setInterval(() => {
      void ctx.db
        .transaction((tx) => tx.idempotencyKey.updateMany({ where: mine, data: { leaseUntil: leaseFrom(new Date()) } }))
        .catch(() => {}) // The next renewal tries again; a lease that lapses only lets a waiting request in.
    }, leaseMs / 3)
    try {
      return await run(async (tx, answer) => {
        const response = JSON.parse(JSON.stringify(answer)) as Prisma.InputJsonValue
        const { count } = await tx.idempotencyKey.updateMany({ where: mine, data: { response } })
        if (count !== 1) throw new ClaimLost()
      })
    } catch (error) {
      const { count } = await ctx.db.transaction((tx) => tx.idempotencyKey.deleteMany({ where: mine }))
      // A run whose place was taken does not fail by that: it gets the other's answer.
      if (count === 1 || (ctx.signal.aborted && !(error instanceof ClaimLost))) throw error
    } finally {
      clearInterval(renewal)
    }
  }
}

type Turn<T> = { answer: T } | { claim: string }

const leaseFrom = (now: Date) => new Date(now.getTime() + leaseMs)

/** The kept answer, awaited where the first request still runs; or the claim with which the run is ours to do. */
async function takeTurn<T>(
  ctx: Context,
  where: { tenantId: string; userId: string; route: string; key: string },
  bodyHash: string,
): Promise<Turn<T>> {
  for (let looked = 0; ; looked++) {
    const now = new Date()
    const claim = randomUUID()
    const claimed = { bodyHash, claim, leaseUntil: leaseFrom(now), expiresAt: new Date(now.getTime() + keptMs) }
    const turn = await ctx.db.transaction(async (tx): Promise<Turn<T> | null> => {
      const { count } = await tx.idempotencyKey.createMany({ data: { ...where, ...claimed }, skipDuplicates: true })
      if (count === 1) return { claim }
      const known = await tx.idempotencyKey.findUnique({ where: { tenantId_userId_route_key: where } })
      if (!known) return null // A refusal took it away in between: look again.
      const isOver = known.expiresAt <= now
      const isDead = known.response === null && known.leaseUntil <= now
      if (!isOver && known.bodyHash !== bodyHash) throw new AppError('IDEMPOTENCY_CONFLICT')
      if (!isOver && !isDead) return known.response === null ? null : { answer: known.response as T }
      const unchanged = {
        claim: known.claim,
        leaseUntil: known.leaseUntil,
        // What has answered in this very moment is not dead.
        response: known.response === null ? { equals: Prisma.DbNull } : undefined,
      }
      const taken = await tx.idempotencyKey.updateMany({
        where: { ...where, ...unchanged },
        data: { ...claimed, response: Prisma.DbNull },
      })
      return taken.count === 1 ? { claim } : null
    })
    if (turn) return turn
    ctx.signal.throwIfAborted()
    if (looked === 0) logger.debug({ requestId: ctx.requestId }, 'waits for the first request of its key')
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs))
  }
}

/** JSON with sorted keys: the same body in another order is the same body. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

/** Keys whose day is over. Run by the task identity:prune. */
export async function pruneIdempotencyKeys(
  db: { jobs: { query(text: string, values: unknown[]): Promise<{ rowCount: number | null }> } },
  now: Date,
): Promise<number> {
  const { rowCount } = await db.jobs.query('DELETE FROM idempotency_keys WHERE expires_at <= $1', [now])
  return rowCount ?? 0
}
