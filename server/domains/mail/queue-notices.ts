import { randomUUID } from 'node:crypto'
import type { HotelRole } from '#shared/schemas/identity'
import type { Database } from '../../utils/db'
import { jobContent } from '../../utils/jobs'
import { recipientsOfAll } from '../identity/people'
import { mailRow, sendAttempts, type NewMail } from './queue-mail'

/** A mail to everybody of a hotel with this role and up. */
export interface Notice extends Omit<NewMail, 'to' | 'attachment'> {
  tenantId: string
  leastRole: HotelRole
}

/** Mails in one statement: large enough for sets, small enough for one round trip. */
const batchSize = 500

/**
 * Writes notices to many hotels and hands them in, a set at a time, as a task. A notice whose key is known already
 * is not written again, whoever writes it at the same time.
 * @returns how many were written
 */
export async function queueNotices(db: Database, notices: Notice[], now: Date): Promise<number> {
  let written = 0
  for (let from = 0; from < notices.length; from += batchSize)
    written += await queueSet(db, notices.slice(from, from + batchSize), now)
  return written
}

async function queueSet(db: Database, notices: Notice[], now: Date): Promise<number> {
  const people = await recipientsOfAll(
    db,
    notices.map(({ tenantId }) => tenantId),
  )
  const requestId = randomUUID()
  const rows = notices.flatMap(({ tenantId, leastRole, ...mail }) => {
    const to = people(tenantId, leastRole)
    if (to.length === 0) return []
    const row = mailRow({ tenantId, now }, { ...mail, to })
    const sender = { tenantId, requestId, locale: mail.locale, actor: { kind: 'system', task: 'mail.send' } } as const
    return [{ ...row, job: jobContent(sender, { mailId: row.id }) }]
  })
  const { rowCount } = await db.jobs.query(
    `WITH given AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS m ("tenantId" uuid, id uuid, kind text, recipients jsonb, locale text,
         subject text, text text, html text, "dedupeKey" text, "createdAt" timestamptz, job json)
     ), written AS (
       INSERT INTO mail_messages (tenant_id, id, kind, recipients, locale, subject, text, html, dedupe_key, created_at)
       SELECT "tenantId", id, kind, recipients, locale, subject, text, html, "dedupeKey", "createdAt" FROM given
       ON CONFLICT (tenant_id, dedupe_key) DO NOTHING
       RETURNING tenant_id, id
     )
     SELECT graphile_worker.add_job('mail.send', payload := g.job, queue_name := 'mail', max_attempts := $2::int)
       FROM written w JOIN given g ON g."tenantId" = w.tenant_id AND g.id = w.id`,
    [JSON.stringify(rows), sendAttempts],
  )
  return rowCount ?? 0
}
