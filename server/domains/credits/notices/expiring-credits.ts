import type { Database } from '../../../utils/db'
import { defaultLocale, longDate } from '../../../utils/texts'
import { queueNotices } from '../../mail/queue-notices'

interface Expiring {
  tenantId: string
  hotel: string
  day: string
  days: number
  notice: number
  credits: number
}

/**
 * Announces the expiry of purchased credits 30 and 7 days before, once for each day on which some expire, in the
 * hotel's time zone. A day on which the task did not run is made up for on the next. Safe again and on several
 * replicas at once. Source of the days: spec 01, "Monthly reset".
 * @returns how many notices were written
 */
export async function noticeExpiringCredits(db: Database, now: Date): Promise<number> {
  const { rows } = await db.jobs.query<Expiring>(
    `SELECT e.tenant_id AS "tenantId", t.name AS hotel, e.day::text, e.days, n.notice, sum(e.remaining)::int AS credits
       FROM (SELECT g.tenant_id, g.remaining, (g.expires_at AT TIME ZONE z.time_zone)::date AS day,
                    (g.expires_at AT TIME ZONE z.time_zone)::date - ($1::timestamptz AT TIME ZONE z.time_zone)::date AS days
               FROM ai_credit_grants g JOIN tenants z ON z.id = g.tenant_id
              WHERE g.source = 'PURCHASE' AND g.remaining > 0
                AND g.expires_at > $1 AND g.expires_at < $1::timestamptz + interval '32 days') e
       JOIN tenants t ON t.id = e.tenant_id
       CROSS JOIN LATERAL (SELECT CASE WHEN e.days <= 7 THEN 7 ELSE 30 END AS notice) n
      WHERE e.days <= 30
        AND NOT EXISTS (SELECT FROM mail_messages m WHERE m.tenant_id = e.tenant_id
                           AND m.dedupe_key = 'credits-expiring:' || e.day || ':' || n.notice)
      GROUP BY e.tenant_id, t.name, e.day, e.days, n.notice
      ORDER BY e.tenant_id, e.day`,
    [now],
  )
  return queueNotices(
    db,
    rows.map(({ tenantId, hotel, day, days, notice, credits }) => ({
      tenantId,
      leastRole: 'MANAGER',
      kind: 'creditsExpiring',
      locale: defaultLocale,
      dedupeKey: `credits-expiring:${day}:${notice}`,
      path: '/credits',
      values: { hotel, date: longDate(defaultLocale, day), days, credits },
    })),
    now,
  )
}
