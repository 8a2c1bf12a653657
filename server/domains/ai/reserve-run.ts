import type { AiFunctionType } from '#shared/schemas/credits'
import type { Context } from '../../utils/context'
import { AppError } from '../../utils/errors'
import { reserveCredits, type Hold } from '../credits/reserve-credits'
import { awaitPurchase } from '../payments/auto-purchase/await-purchase'

/**
 * Reserves the credits of a run. One that does not fit waits once for the auto-purchase that is on its way or due.
 * @throws INSUFFICIENT_CREDITS when it does not fit then either, or there is nothing to wait for
 */
export async function reserveRun(ctx: Context, input: { amount: number; functionType: AiFunctionType }): Promise<Hold> {
  try {
    return await reserveCredits(ctx, input)
  } catch (error) {
    const isShort = error instanceof AppError && error.code === 'INSUFFICIENT_CREDITS'
    if (!isShort || !(await awaitPurchase(ctx))) throw error
    return reserveCredits(ctx, input)
  }
}
