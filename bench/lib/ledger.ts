import type pg from 'pg'
import type { Database } from '../../server/utils/db'

/** Days over which the use is spread; each entry of the ledger is a charge of `charge` credits. */
const days = 365
const charge = 2
const left = 500

/**
 * Fills the ledgers of some hotels with use, in sets, with the grants, balances and daily rollup that belong to it:
 * the books are right afterwards. Does nothing where it has been done.
 */
export async function fillLedger(
  { db, owner }: { db: Database; owner: pg.Pool },
  { hotels, rows, makeHotel }: { hotels: number; rows: number; makeHotel: () => Promise<unknown> },
): Promise<void> {
  const { rows: known } = await db.jobs.query<{ n: string }>(
    'SELECT count(*) AS n FROM ai_credit_accounts WHERE total_used_credits > 0',
  )
  if (Number(known[0]?.n) === hotels) return
  console.log(`  making ${rows.toLocaleString('en')} ledger rows …`)
  const { rows: opened } = await db.jobs.query<{ n: string }>('SELECT count(*) AS n FROM ai_credit_accounts')
  for (let made = Number(opened[0]?.n); made < hotels; made++) await makeHotel()

  const each = Math.round(rows / hotels)
  // The constraint would be checked row by row; what is inserted here keeps it.
  const constraint = 'ai_credit_transactions_tenant_id_account_id_fkey'
  await owner.query(`ALTER TABLE ai_credit_transactions DROP CONSTRAINT IF EXISTS ${constraint}`)
  const { rows: accounts } = await db.jobs.query<{ tenant_id: string; id: string }>(
    'SELECT tenant_id, id FROM ai_credit_accounts WHERE total_used_credits = 0 ORDER BY tenant_id',
  )
  for (const account of accounts) {
    const client = await db.jobs.connect()
    try {
      await client.query('BEGIN')
      for (const { text, values } of statements(account, each)) await client.query(text, values)
      await client.query('COMMIT')
    } catch (error) {
      await client.query('ROLLBACK')
      throw error
    } finally {
      client.release()
    }
  }
  await owner.query(
    `ALTER TABLE ai_credit_transactions ADD CONSTRAINT ${constraint}
       FOREIGN KEY (tenant_id, account_id) REFERENCES ai_credit_accounts (tenant_id, id) NOT VALID`,
  )
  await owner.query('VACUUM ANALYZE')
}

function statements(account: { tenant_id: string; id: string }, each: number): { text: string; values: unknown[] }[] {
  const key = [account.tenant_id, account.id]
  const bought = each * charge + left
  return [
    {
      // A bonus a year ago that paid for all of it.
      text: `WITH entry AS (
               INSERT INTO ai_credit_transactions (tenant_id, id, account_id, transaction_type, credits_amount, balance_after, created_at)
               SELECT tenant_id, gen_random_uuid(), id, 'BONUS', $3::int, current_balance + $3::int, now() - interval '${days} days 1 hour'
                 FROM ai_credit_accounts WHERE tenant_id = $1 AND id = $2
               RETURNING tenant_id, id, account_id, created_at)
             INSERT INTO ai_credit_grants (tenant_id, id, account_id, source, granted, remaining, expires_at, priority, transaction_id, created_at)
             SELECT tenant_id, gen_random_uuid(), account_id, 'BONUS', $3::int, $4::int, now() + interval '1 year', 1, id, created_at FROM entry`,
      values: [...key, bought, left],
    },
    {
      text: `INSERT INTO ai_credit_transactions (tenant_id, id, account_id, transaction_type, credits_amount, balance_after,
               ai_function_type, execution_time_ms, cost_per_credit, total_cost_yen, idempotency_key, created_at)
             SELECT a.tenant_id, e.id, a.id, 'USAGE', -${charge}, a.current_balance + $3::int - ${charge} * e.i,
                    (ARRAY['chatbot', 'recommendation', 'prediction', 'analysis'])[1 + e.i % 4], 900, 0, 0, 'hold:' || e.id, e.at
               FROM ai_credit_accounts a
              CROSS JOIN LATERAL (
                SELECT i, at, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(i), 12, '0'))::uuid AS id
                  FROM (SELECT i, now() - (($4::int - i) * interval '${days} days' / $4::int) AS at FROM generate_series(1, $4::int) AS i) s) e
              WHERE a.tenant_id = $1 AND a.id = $2`,
      values: [...key, bought, each],
    },
    {
      text: `INSERT INTO ai_credit_daily_usage (tenant_id, account_id, usage_date, function_type, credits, executions, execution_time_ms)
             SELECT tenant_id, account_id, (created_at AT TIME ZONE 'Asia/Tokyo')::date, ai_function_type, -sum(credits_amount), count(*), 900 * count(*)
               FROM ai_credit_transactions WHERE tenant_id = $1 AND account_id = $2 AND transaction_type = 'USAGE'
              GROUP BY tenant_id, account_id, 3, ai_function_type`,
      values: key,
    },
    {
      // The opening grant stays the oldest entry's business: the year before it is put before it.
      text: `UPDATE ai_credit_accounts SET current_balance = current_balance + ${left}, total_used_credits = $3, last_entry_at = now()
              WHERE tenant_id = $1 AND id = $2`,
      values: [...key, each * charge],
    },
  ]
}
