import type { Database } from '../../utils/db'
import type { Locale } from '../../utils/texts'
import { handIn } from './queue-mail'

/** What is older has lost its occasion: nobody wants last month's notice. */
const keptMs = 7 * 24 * 3_600_000

interface Waiting {
  tenant_id: string
  id: string
  locale: Locale
}

/**
 * Hands in again the mails that no job is going to send: those written while no mail server was set. Two servers that start
 * together may hand in the same one; it is sent once all the same, for the jobs run one after the other.
 * @returns how many
 */
export async function resumeMails(db: Database, now: Date, requestId: string): Promise<number> {
  const { rows } = await db.jobs.query<Waiting>(
    `SELECT m.tenant_id, m.id, m.locale FROM mail_messages m
      WHERE m.status = 'PENDING' AND m.created_at > $1
        AND NOT EXISTS (SELECT FROM graphile_worker._private_jobs j WHERE j.payload -> 'payload' ->> 'mailId' = m.id::text)
      ORDER BY m.created_at`,
    [new Date(now.getTime() - keptMs)],
  )
  for (const { tenant_id: tenantId, id, locale } of rows)
    await db.forTenant(tenantId).transaction((tx) => handIn(tx, { tenantId, requestId, locale }, id))
  return rows.length
}
