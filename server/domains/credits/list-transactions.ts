import { z } from 'zod'
import type { CreditTransaction, TransactionQuery, TransactionsResponse } from '#shared/schemas/credits'
import { aiFunctionType, transactionType } from '#shared/schemas/credits'
import { addDays, startOfDay } from '#shared/utils/calendar'
import type { Prisma } from '../../generated/prisma/client'
import type { Context } from '../../utils/context'
import { decodeCursor, encodeCursor } from '../../utils/cursor'
import type { Transaction } from '../../utils/db'
import { namesOf } from '../identity/people'

const position = z.object({ at: z.iso.datetime(), id: z.uuid() })
type Filters = Omit<TransactionQuery, 'cursor' | 'limit'>

/** The ledger, newest first. */
export function listTransactions(ctx: Context, query: TransactionQuery): Promise<TransactionsResponse> {
  return ctx.db.read(async (tx) => {
    const rows = await page(tx, ctx, query, query.limit + 1, query.cursor)
    const shown = rows.slice(0, query.limit)
    const last = shown.at(-1)
    return {
      transactions: await present(tx, shown),
      nextCursor:
        rows.length > query.limit && last ? encodeCursor({ at: last.createdAt.toISOString(), id: last.id }) : null,
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

function page(tx: Transaction, ctx: Context, filters: Filters, take: number, cursor?: string) {
  const after = cursor ? decodeCursor(cursor, position) : null
  const where: Prisma.AiCreditTransactionWhereInput = {
    tenantId: ctx.tenantId,
    transactionType: filters.type,
    aiFunctionType: filters.functionType,
    userId: filters.userId,
    createdAt: {
      gte: filters.from && startOfDay(filters.from, ctx.tenant.timeZone),
      lt: filters.to && startOfDay(addDays(filters.to, 1), ctx.tenant.timeZone),
    },
    ...(after && { OR: [{ createdAt: { lt: after.at } }, { createdAt: after.at, id: { lt: after.id } }] }),
  }
  return tx.aiCreditTransaction.findMany({ where, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take })
}

async function present(tx: Transaction, rows: Awaited<ReturnType<typeof page>>): Promise<CreditTransaction[]> {
  const names = await namesOf(
    tx,
    rows.flatMap((row) => row.userId ?? []),
  )
  return rows.map((row) => ({
    id: row.id,
    transactionType: transactionType.parse(row.transactionType),
    creditsAmount: row.creditsAmount,
    balanceAfter: row.balanceAfter,
    functionType: row.aiFunctionType && aiFunctionType.parse(row.aiFunctionType),
    executionTimeMs: row.executionTimeMs,
    costPerCredit: row.costPerCredit && row.costPerCredit.toNumber(),
    totalCostYen: row.totalCostYen,
    user: row.userId ? { id: row.userId, name: names.get(row.userId) ?? '' } : null,
    description: row.description,
    referenceId: row.referenceId,
    createdAt: row.createdAt.toISOString(),
  }))
}
