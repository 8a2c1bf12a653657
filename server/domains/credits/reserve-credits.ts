import { aiFunctionType, creditAmount, type AiFunctionType } from '#shared/schemas/credits'
import { userIdOf, type Context } from '../../utils/context'
import { AppError } from '../../utils/errors'
import { newId } from '../../utils/ids'
import { holdMs } from './rules'
import { runDueForTenant } from './run-due'
import { reserveStatement, type ReserveRow } from './statements'

export interface Hold {
  holdId: string
  /** Credits reserved. */
  amount: number
  /** Credits left for others. */
  available: number
}

/**
 * Reserves credits for a run, in one atomic step; settleHold or releaseHold ends it, else its time does.
 * @throws INSUFFICIENT_CREDITS {needed, available} when they do not fit
 */
export async function reserveCredits(
  ctx: Context,
  input: { amount: number; functionType: AiFunctionType },
): Promise<Hold> {
  const amount = creditAmount.parse(input.amount)
  const functionType = aiFunctionType.parse(input.functionType)
  const holdId = newId()
  const reserve = () =>
    ctx.db.call<ReserveRow>(
      reserveStatement({
        tenantId: ctx.tenantId,
        holdId,
        amount,
        functionType,
        userId: userIdOf(ctx),
        now: ctx.now,
        expiresAt: new Date(ctx.now.getTime() + holdMs),
      }),
    )
  let row = await reserve()
  // The month turned or a grant expired, and the task has not come by yet; or, again, a hold ended meanwhile that
  // had kept expired credits.
  while (row.outcome === 'DUE') {
    await runDueForTenant(ctx)
    row = await reserve()
  }
  if (row.outcome !== 'RESERVED') {
    const available = row.available ?? 0
    throw new AppError('INSUFFICIENT_CREDITS', { needed: amount, available, missing: amount - available })
  }
  return { holdId, amount, available: row.available }
}
