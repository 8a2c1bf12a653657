import { creditAmount } from '#shared/schemas/credits'
import { dayOf } from '#shared/utils/calendar'
import type { Context } from '../../utils/context'
import { callIn, type Transaction } from '../../utils/db'
import { settleStatement, type SettleRow } from './statements'

export interface SettleInput {
  holdId: string
  /** Credits the run really took: 1 … the hold's amount. */
  amount: number
  executionMs?: number
  functionParams?: object
  description?: string
}

export type Settlement =
  | {
      outcome: 'SETTLED'
      transactionId: string
      charged: number
      balance: number
      available: number
      /** yen, rounded down */ costYen: number
    }
  | {
      outcome: 'NOT_CHARGED'
      holdStatus: string | null
      transactionId: string | null
      balance: number
      available: number
    }

/**
 * Charges a run and gives the rest of its hold back: balance, grants, ledger, rollup, audit and outbox in one
 * round trip. A hold that was settled, released or has lapsed charges nothing and says so.
 * @param tx to settle inside a transaction that does more
 */
export async function settleHold(ctx: Context, input: SettleInput, tx?: Transaction): Promise<Settlement> {
  const statement = settleStatement({
    tenantId: ctx.tenantId,
    holdId: input.holdId,
    amount: creditAmount.parse(input.amount),
    now: ctx.now,
    day: dayOf(ctx.now, ctx.tenant.timeZone),
    executionMs: input.executionMs ?? null,
    functionParams: input.functionParams ?? null,
    description: input.description ?? null,
    idempotencyKey: `hold:${input.holdId}`,
    requestId: ctx.requestId,
  })
  const row = tx ? await callIn<SettleRow>(tx, statement) : await ctx.db.call<SettleRow>(statement)
  const { balance, available } = row
  if (row.outcome === 'SETTLED' && row.transaction_id) {
    return {
      outcome: 'SETTLED',
      transactionId: row.transaction_id,
      charged: row.charged,
      balance,
      available,
      costYen: row.cost_yen,
    }
  }
  return { outcome: 'NOT_CHARGED', holdStatus: row.hold_status, transactionId: row.transaction_id, balance, available }
}
