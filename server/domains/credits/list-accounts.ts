import type { AccountsResponse } from '#shared/schemas/credits'
import type { Database } from '../../utils/db'

/** Every hotel's account, for the platform's operators. Use is of the calendar month in the hotel's time zone. */
export async function listAccounts(db: Database, now: Date): Promise<AccountsResponse> {
  const { rows } = await db.jobs.query<AccountsResponse['accounts'][number]>(
    `SELECT a.id AS "accountId", a.tenant_id AS "tenantId", t.name AS "hotelName", a.plan_type AS "planType",
            a.current_balance AS "currentBalance", a.current_balance - a.held_credits AS "availableBalance",
            coalesce((SELECT sum(u.credits) FROM ai_credit_daily_usage u
                       WHERE u.tenant_id = a.tenant_id AND u.account_id = a.id
                         AND u.usage_date >= date_trunc('month', $1::timestamptz AT TIME ZONE t.time_zone)), 0)::int AS "usedThisMonth"
       FROM ai_credit_accounts a JOIN tenants t ON t.id = a.tenant_id
      WHERE a.deleted_at IS NULL
      ORDER BY t.name LIMIT 500`,
    [now],
  )
  return { accounts: rows }
}
