import type { Context } from '../../utils/context'
import { callIn, type Transaction } from '../../utils/db'
import { releaseStatement, type ReleaseRow } from './statements'
import { holdMs } from './rules'

/**
 * Gives a hold back without a charge. Ending it twice, or after it was settled, changes nothing.
 * @param tx to release inside a transaction that does more
 */
export async function releaseHold(
  ctx: Context,
  holdId: string,
  tx?: Transaction,
): Promise<{ released: boolean; balance: number; available: number }> {
  const statement = releaseStatement({ tenantId: ctx.tenantId, holdId, status: 'RELEASED', now: ctx.now })
  const row = tx ? await callIn<ReleaseRow>(tx, statement) : await ctx.db.call<ReleaseRow>(statement)
  return { released: row.outcome === 'RELEASED', balance: row.balance, available: row.available }
}

/** Keeps the hold of a long run alive for another ten minutes. @returns false when it has ended */
export async function renewHold(ctx: Context, holdId: string): Promise<boolean> {
  const { count } = await ctx.db.transaction((tx) =>
    tx.aiCreditHold.updateMany({
      where: { tenantId: ctx.tenantId, id: holdId, status: 'OPEN', expiresAt: { gt: ctx.now } },
      data: { expiresAt: new Date(ctx.now.getTime() + holdMs) },
    }),
  )
  return count === 1
}
