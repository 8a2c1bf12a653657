import pg from 'pg'
import { monthOf, resetInstant } from '#shared/utils/calendar'
import type { Context } from '../../utils/context'
import type { Database, Statement } from '../../utils/db'
import { logger } from '../../utils/logger'

export interface DueResult {
  resets: number
  expiries: number
}

/** Tenants in one statement: large enough for sets, small enough not to hold a thousand accounts locked. */
const batchSize = 500
/** The longest carry-over is three months' grants; the grant of this reset may outlive so many further ones. */
const resetsAhead = 13

function runDueStatement(tenantIds: string[], timeZone: string, now: Date): Statement {
  const month = monthOf(now, timeZone)
  const next = Array.from({ length: resetsAhead }, (_, index) => resetInstant(month, timeZone, index + 1))
  return {
    name: 'credit_run_due',
    text: 'SELECT * FROM credit_run_due($1::uuid[], $2::timestamptz, $3::date, $4::timestamptz, $5::timestamptz[])',
    values: [tenantIds, now, month, resetInstant(month, timeZone), next],
  }
}

/** The same for the one account a request has found due. */
export function runDueForTenant(ctx: Pick<Context, 'db' | 'tenantId' | 'tenant' | 'now'>): Promise<DueResult> {
  return ctx.db.call<DueResult>(runDueStatement([ctx.tenantId], ctx.tenant.timeZone, ctx.now))
}

/**
 * Monthly resets and expiries of all accounts where they are due, in sets by time zone. Safe at any time, again,
 * and on several replicas at once: the database function does each account's reset once a month. An account that
 * cannot be served is logged and holds up no other.
 */
export async function runDue(db: Database, now: Date): Promise<DueResult> {
  const total: DueResult = { resets: 0, expiries: 0 }
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const { rows } = await db.jobs.query<{ id: string; time_zone: string }>(
      `SELECT t.id, t.time_zone FROM ai_credit_accounts a JOIN tenants t ON t.id = a.tenant_id
        WHERE a.tenant_id > $1 AND a.deleted_at IS NULL AND a.next_due_at <= $2 ORDER BY t.id LIMIT ${batchSize}`,
      [after, now],
    )
    const last = rows.at(-1)
    if (!last) return total
    after = last.id
    for (const timeZone of new Set(rows.map((row) => row.time_zone))) {
      const tenantIds = rows.filter((row) => row.time_zone === timeZone).map((row) => row.id)
      add(total, await runDueTogether(db, tenantIds, timeZone, now))
    }
  }
}

/** In one statement; when it fails (a faulty account, a deadlock with another replica), each account by itself. */
async function runDueTogether(db: Database, tenantIds: string[], timeZone: string, now: Date): Promise<DueResult> {
  const total: DueResult = { resets: 0, expiries: 0 }
  try {
    const { rows } = await db.jobs.query<DueResult>(runDueStatement(tenantIds, timeZone, now))
    if (rows[0]) add(total, rows[0])
  } catch (error) {
    // Without an answer of the database's, no other account would fare better.
    if (!(error instanceof pg.DatabaseError)) throw error
    const [tenantId] = tenantIds
    if (tenantIds.length === 1) {
      logger.error({ err: error, tenantId }, 'credits: account could not be reset, will try again')
      return total
    }
    logger.warn({ err: error, accounts: tenantIds.length }, 'credits: batch failed, serving its accounts one by one')
    for (const id of tenantIds) add(total, await runDueTogether(db, [id], timeZone, now))
  }
  return total
}

function add(total: DueResult, { resets, expiries }: DueResult): void {
  total.resets += resets
  total.expiries += expiries
}
