import type { Database } from '../../utils/db'
import { releaseStatement, type ReleaseRow } from './statements'

/** Ends the holds whose time is over: their run died. @returns how many */
export async function sweepHolds(db: Database, now: Date): Promise<number> {
  const { rows } = await db.jobs.query<{ tenant_id: string; id: string }>(
    `SELECT tenant_id, id FROM ai_credit_holds WHERE status = 'OPEN' AND expires_at <= $1 ORDER BY expires_at LIMIT 1000`,
    [now],
  )
  let swept = 0
  for (const hold of rows) {
    const result = await db.jobs.query<ReleaseRow>(
      releaseStatement({ tenantId: hold.tenant_id, holdId: hold.id, status: 'EXPIRED', now }),
    )
    if (result.rows[0]?.outcome === 'RELEASED') swept++
  }
  return swept
}
