import type { Database } from '../../utils/db'
import { newId } from '../../utils/ids'
import { platformTenantId } from '../identity/sessions'

/** A figure of an account that is not what the rows behind it add up to. Amounts are credits. */
export interface Difference {
  tenantId: string
  accountId: string
  figure: 'ledger' | 'grants' | 'last entry' | 'holds' | 'total used' | 'daily usage'
  kept: number
  recomputed: number
}

/** An event names this many; `npm run credits:verify` prints all of them. */
const namedAtMost = 100

/**
 * Recomputes every account from its ledger, grants, holds and daily usage. What differs is written down as an
 * event of the platform, for its operators.
 */
export async function verifyBooks(db: Database, now: Date): Promise<Difference[]> {
  const { rows } = await db.jobs.query<Difference>(
    `SELECT tenant_id AS "tenantId", account_id AS "accountId", figure, kept::float8, recomputed::float8
       FROM credit_differences()`,
  )
  if (rows.length === 0) return rows
  await db.jobs.query(
    `INSERT INTO system_events (tenant_id, id, event_type, source, action, after, created_at)
     VALUES ($1, $2, 'credits.books_differ', 'task', 'verify', $3, $4)`,
    [platformTenantId, newId(), { count: rows.length, differences: rows.slice(0, namedAtMost) }, now],
  )
  return rows
}
