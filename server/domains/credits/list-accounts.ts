import { z } from 'zod'
import type { AccountsQuery, AccountsResponse } from '#shared/schemas/credits'
import { decodeCursor, encodeCursor } from '../../utils/cursor'
import type { Database } from '../../utils/db'

const position = z.object({ name: z.string(), id: z.uuid() })

/** Every hotel's account, by name, for the platform's operators. Use is of the calendar month in the hotel's time zone. */
export async function listAccounts(
  db: Database,
  { cursor, limit }: AccountsQuery,
  now: Date,
): Promise<AccountsResponse> {
  const after = cursor ? decodeCursor(cursor, position) : null
  const { rows } = await db.jobs.query<AccountsResponse['accounts'][number]>(
    `SELECT a.id AS "accountId", a.tenant_id AS "tenantId", t.name AS "hotelName", a.plan_type AS "planType",
            a.current_balance AS "currentBalance", a.current_balance - a.held_credits AS "availableBalance",
            coalesce((SELECT sum(u.credits) FROM ai_credit_daily_usage u
                       WHERE u.tenant_id = a.tenant_id AND u.account_id = a.id
                         AND u.usage_date >= date_trunc('month', $1::timestamptz AT TIME ZONE t.time_zone)), 0)::int AS "usedThisMonth"
       FROM ai_credit_accounts a JOIN tenants t ON t.id = a.tenant_id
      WHERE a.deleted_at IS NULL AND ($2::text IS NULL OR (t.name, a.id) > ($2, $3::uuid))
      ORDER BY t.name, a.id LIMIT $4`,
    [now, after?.name ?? null, after?.id ?? null, limit + 1],
  )
  const accounts = rows.slice(0, limit)
  const last = accounts.at(-1)
  return {
    accounts,
    nextCursor: rows.length > limit && last ? encodeCursor({ name: last.hotelName, id: last.accountId }) : null,
  }
}
