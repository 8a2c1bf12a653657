import type { CreditTransaction, TransactionQuery, TransactionsResponse } from '#shared/schemas/credits'
import { aiFunctionType, transactionType } from '#shared/schemas/credits'
import { addDays, startOfDay } from '#shared/utils/calendar'
import { Prisma } from '../../generated/prisma/client'
import type { Context } from '../../utils/context'
import { decodeCursor, encodeCursor, instantPosition } from '../../utils/cursor'
import type { Transaction } from '../../utils/db'

type Filters = Omit<TransactionQuery, 'cursor' | 'limit'>

/** The ledger, newest first. */
export function listTransactions(ctx: Context, query: TransactionQuery): Promise<TransactionsResponse> {
  return ctx.db.read(async (tx) => {
    const rows = await page(tx, ctx, query, query.limit + 1, query.cursor)
    const shown = rows.slice(0, query.limit)
    const last = shown.at(-1)
    return {
      transactions: shown.map(present),
      nextCursor: rows.length > query.limit && last ? encodeCursor({ at: last.at, id: last.id }) : null,
    }
  })
}

/** The same as pages of a file, without an end to how many. */
export async function* eachTransaction(ctx: Context, filters: Filters): AsyncGenerator<CreditTransaction[]> {
  let cursor: string | undefined
  do {
    const result: TransactionsResponse = await listTransactions(ctx, { ...filters, cursor, limit: 200 })
    yield result.transactions
    cursor = result.nextCursor ?? undefined
  } while (cursor)
}

/** The hotel's persons, for the ledger's filter: a list from the ledger itself would cost more with every entry. */
export function listSpenders(ctx: Context): Promise<{ people: { id: string; name: string }[] }> {
  return ctx.db.read(async (tx) => {
    const members = await tx.membership.findMany({
      where: { organization: { hotelTenantId: ctx.tenantId } },
      select: { user: { select: { id: true, name: true } } },
    })
    return { people: members.map((member) => member.user).sort((a, b) => a.name.localeCompare(b.name, 'ja')) }
  })
}

interface Entry {
  id: string
  transaction_type: string
  credits_amount: number
  balance_after: number
  ai_function_type: string | null
  execution_time_ms: number | null
  cost_per_credit: number | null
  total_cost_yen: number | null
  user_id: string | null
  user_name: string | null
  description: string | null
  reference_id: string | null
  created_at: Date
  at: number
}

/** By comparing rows, not columns one by one: the index then begins where the page before ended, however deep. */
function page(tx: Transaction, ctx: Context, filters: Filters, take: number, cursor?: string): Promise<Entry[]> {
  const { timeZone } = ctx.tenant
  const after = cursor && decodeCursor(cursor, instantPosition)
  const conditions = [
    Prisma.sql`t.tenant_id = ${ctx.tenantId}::uuid`,
    ...(filters.type ? [Prisma.sql`t.transaction_type = ${filters.type}`] : []),
    ...(filters.functionType ? [Prisma.sql`t.ai_function_type = ${filters.functionType}`] : []),
    ...(filters.userId ? [Prisma.sql`t.user_id = ${filters.userId}::uuid`] : []),
    ...(filters.from ? [Prisma.sql`t.created_at >= ${startOfDay(filters.from, timeZone)}::timestamptz`] : []),
    ...(filters.to ? [Prisma.sql`t.created_at < ${startOfDay(addDays(filters.to, 1), timeZone)}::timestamptz`] : []),
    ...(after
      ? [
          Prisma.sql`(t.created_at, t.id) <
            (timestamptz 'epoch' + ${after.at}::bigint * interval '1 microsecond', ${after.id}::uuid)`,
        ]
      : []),
  ]
  return tx.$queryRaw<Entry[]>`
    SELECT t.id, t.transaction_type, t.credits_amount, t.balance_after, t.ai_function_type, t.execution_time_ms,
           t.cost_per_credit::float8, t.total_cost_yen, t.user_id, u.name AS user_name, t.description, t.reference_id,
           t.created_at, (extract(epoch FROM t.created_at) * 1000000)::float8 AS at
      FROM ai_credit_transactions t LEFT JOIN users u ON u.id = t.user_id
     WHERE ${Prisma.join(conditions, ' AND ')}
     ORDER BY t.created_at DESC, t.id DESC LIMIT ${take}`
}

function present(row: Entry): CreditTransaction {
  return {
    id: row.id,
    transactionType: transactionType.parse(row.transaction_type),
    creditsAmount: row.credits_amount,
    balanceAfter: row.balance_after,
    functionType: row.ai_function_type && aiFunctionType.parse(row.ai_function_type),
    executionTimeMs: row.execution_time_ms,
    costPerCredit: row.cost_per_credit,
    totalCostYen: row.total_cost_yen,
    user: row.user_id ? { id: row.user_id, name: row.user_name ?? '' } : null,
    description: row.description,
    referenceId: row.reference_id,
    createdAt: row.created_at.toISOString(),
  }
}
