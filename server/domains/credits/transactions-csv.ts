import { zoned } from '#shared/utils/calendar'
import type { TransactionQuery } from '#shared/schemas/credits'
import type { Context } from '../../utils/context'
import { byteOrderMark, csvLine } from '../../utils/csv'
import { text } from '../../utils/texts'
import { eachTransaction } from './list-transactions'

const columns = [
  'time',
  'type',
  'function',
  'person',
  'credits',
  'balanceAfter',
  'costYen',
  'executionMs',
  'description',
  'id',
] as const

/** The ledger as the lines of a CSV file, in the user's language and the hotel's time. */
export async function* transactionsCsv(
  ctx: Context,
  filters: Omit<TransactionQuery, 'cursor' | 'limit'>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  yield encoder.encode(byteOrderMark + csvLine(columns.map((column) => text(ctx.locale, `credits.csv.${column}`))))
  for await (const transactions of eachTransaction(ctx, filters)) {
    const lines = transactions.map((entry) =>
      csvLine([
        zoned(new Date(entry.createdAt), ctx.tenant.timeZone)
          .toPlainDateTime()
          .toString({ smallestUnit: 'second' })
          .replace('T', ' '),
        text(ctx.locale, `credits.types.${entry.transactionType}`),
        entry.functionType && text(ctx.locale, `credits.functions.${entry.functionType}`),
        entry.user?.name ?? null,
        entry.creditsAmount,
        entry.balanceAfter,
        entry.totalCostYen,
        entry.executionTimeMs,
        entry.description,
        entry.id,
      ]),
    )
    yield encoder.encode(lines.join(''))
  }
}
