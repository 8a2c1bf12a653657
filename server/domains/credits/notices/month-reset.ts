import type { Database } from '../../../utils/db'
import { defaultLocale, monthName } from '../../../utils/texts'
import { queueNotices } from '../../mail/queue-notices'

interface Reset {
  tenantId: string
  hotel: string
  month: string
  granted: number
  carriedOver: number
  expired: number
  used: number
  available: number
}

/**
 * Tells each hotel what its monthly reset brought, once a month. An account that opened in the month had no reset,
 * and one that was reset more than a week ago hears of the next. Safe again and on several replicas at once.
 * @returns how many notices were written
 */
export async function noticeMonthReset(db: Database, now: Date): Promise<number> {
  const { rows } = await db.jobs.query<Reset>(
    `SELECT r.tenant_id AS "tenantId", t.name AS hotel, r.reset_date::text AS month, r.free_credits_added AS granted,
            r.carried_over_credits AS "carriedOver", r.expired_credits AS expired,
            r.total_usage_previous_month AS used, a.current_balance - a.held_credits AS available
       FROM ai_credit_accounts a
       JOIN monthly_credit_resets r
         ON r.tenant_id = a.tenant_id AND r.account_id = a.id AND r.reset_date = a.last_reset_month
       JOIN tenants t ON t.id = a.tenant_id
      WHERE a.deleted_at IS NULL AND r.created_at BETWEEN $1::timestamptz - interval '7 days' AND $1
        AND NOT EXISTS (SELECT FROM mail_messages m WHERE m.tenant_id = r.tenant_id
                           AND m.dedupe_key = 'month-reset:' || r.reset_date)
      ORDER BY r.tenant_id`,
    [now],
  )
  return queueNotices(
    db,
    rows.map(({ tenantId, month, ...figures }) => ({
      tenantId,
      leastRole: 'MANAGER',
      kind: 'monthReset',
      locale: defaultLocale,
      dedupeKey: `month-reset:${month}`,
      path: '/credits',
      values: { ...figures, month: monthName(defaultLocale, month) },
    })),
    now,
  )
}
