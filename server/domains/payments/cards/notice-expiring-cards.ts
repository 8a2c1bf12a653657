import type { Database } from '../../../utils/db'
import { defaultLocale } from '../../../utils/texts'
import { queueNotices } from '../../mail/queue-notices'
import { cardExpiry, cardWords } from './card-name'
import { expiryMonth } from './rules'

interface ExpiringCard {
  tenantId: string
  hotel: string
  id: string
  brand: string
  last4: string
  expMonth: number
  expYear: number
}

/**
 * Announces to administrators and owners that a stored card expires: once for each expiry, in the month before or in
 * the month itself (of the hotel's time zone). A card that the bank renewed meanwhile has another expiry. Safe again
 * and on several replicas at once.
 * @returns how many notices were written
 */
export async function noticeExpiringCards(db: Database, now: Date): Promise<number> {
  const { rows } = await db.jobs.query<ExpiringCard>(
    `SELECT c.tenant_id AS "tenantId", t.name AS hotel, c.id, c.brand, c.last4, c.exp_month AS "expMonth",
            c.exp_year AS "expYear"
       FROM payment_methods c
       JOIN tenants t ON t.id = c.tenant_id
       CROSS JOIN LATERAL (SELECT date_trunc('month', $1::timestamptz AT TIME ZONE t.time_zone)::date AS month) here
      WHERE c.removed_at IS NULL
        AND make_date(c.exp_year, c.exp_month, 1) BETWEEN here.month AND here.month + interval '1 month'
        AND NOT EXISTS (SELECT FROM mail_messages m WHERE m.tenant_id = c.tenant_id
                           AND m.dedupe_key = format('card-expiring:%s:%s-%s', c.id, c.exp_year, lpad(c.exp_month::text, 2, '0')))
      ORDER BY c.tenant_id, c.id`,
    [now],
  )
  return queueNotices(
    db,
    rows.map(({ tenantId, hotel, id, ...card }) => ({
      tenantId,
      leastRole: 'ADMIN',
      kind: 'cardExpiring',
      locale: defaultLocale,
      dedupeKey: `card-expiring:${id}:${expiryMonth(card)}`,
      path: '/settings/billing#cards',
      values: { hotel, card: cardWords(defaultLocale, card), expiry: cardExpiry(defaultLocale, card) },
    })),
    now,
  )
}
