import type { Database } from '../../utils/db'
import { releaseStatement } from '../credits/statements'

/**
 * Ends the executions whose server was killed: marked interrupted, their credits given back. One that lives after
 * all (its server was frozen) then finds its hold ended and charges nothing. @returns how many
 */
export async function endDeadRuns(db: Database, now: Date): Promise<number> {
  const { rows } = await db.jobs.query<{ tenant_id: string; hold_id: string | null }>(
    `UPDATE ai_executions SET status = 'FAILED', error_code = 'INTERRUPTED', finished_at = $1, lease_until = NULL
      WHERE status = 'RUNNING' AND lease_until <= $1
      RETURNING tenant_id, hold_id`,
    [now],
  )
  for (const { tenant_id: tenantId, hold_id: holdId } of rows) {
    if (holdId) await db.jobs.query(releaseStatement({ tenantId, holdId, status: 'RELEASED', now }))
  }
  return rows.length
}
