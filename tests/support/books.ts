import { expect } from 'vitest'
import type { TestDatabase } from './database'

interface Entry {
  id: string
  transaction_type: string
  credits_amount: number
  balance_after: number
  ai_function_type: string | null
  reference_id: string | null
  idempotency_key: string | null
}
interface Hold {
  id: string
  amount: number
  status: 'OPEN' | 'SETTLED' | 'RELEASED' | 'EXPIRED'
  settled_transaction_id: string | null
  expires_at: Date
}
interface Grant {
  id: string
  source: string
  granted: number
  remaining: number
  expires_at: Date | null
}

export interface Books {
  account: {
    current_balance: number
    held_credits: number
    total_used_credits: number
    total_purchased_credits: number
    next_due_at: Date
    plan_type: string
    monthly_free_credits: number
  }
  /** In the order of the ledger. */
  entries: Entry[]
  /** In the order in which they are spent. */
  grants: Grant[]
  holds: Hold[]
  usage: { function_type: string; credits: number; executions: number }[]
  resets: {
    reset_date: string
    previous_balance: number
    free_credits_added: number
    carried_over_credits: number
    expired_credits: number
    total_usage_previous_month: number
    most_used_function: string | null
    efficiency_score: number
  }[]
}

/** All that the database keeps about a hotel's credits, read as the owner. */
export async function readBooks(db: TestDatabase, tenantId: string): Promise<Books> {
  const rows = async <T extends object>(sql: string) => (await db.owner.query<T>(sql, [tenantId])).rows
  const [account] = await rows<Books['account']>('SELECT * FROM ai_credit_accounts WHERE tenant_id = $1')
  if (!account) throw new Error('no account')
  return {
    account,
    entries: await rows('SELECT * FROM ai_credit_transactions WHERE tenant_id = $1 ORDER BY created_at, id'),
    grants: await rows('SELECT * FROM ai_credit_grants WHERE tenant_id = $1 ORDER BY expires_at, priority, id'),
    holds: await rows('SELECT * FROM ai_credit_holds WHERE tenant_id = $1 ORDER BY created_at, id'),
    usage: await rows(
      `SELECT function_type, sum(credits)::int AS credits, sum(executions)::int AS executions
         FROM ai_credit_daily_usage WHERE tenant_id = $1 GROUP BY function_type ORDER BY function_type`,
    ),
    resets: await rows(
      `SELECT *, reset_date::text FROM monthly_credit_resets WHERE tenant_id = $1 ORDER BY monthly_credit_resets.reset_date`,
    ),
  }
}

const sum = <T>(rows: T[], of: (row: T) => number) => rows.reduce((total, row) => total + of(row), 0)

/** What must be true of a hotel's credits at every moment, reckoned here and not by the database. */
export function expectRight({ account, entries, grants, holds, usage }: Books): void {
  let balance = 0
  for (const entry of entries) {
    balance += entry.credits_amount
    expect(entry.balance_after, `balance after ${entry.transaction_type} ${entry.id}`).toBe(balance)
  }
  expect(account.current_balance, 'balance = Σ ledger').toBe(balance)
  expect(
    sum(grants, (grant) => grant.remaining),
    'balance = Σ remaining grants',
  ).toBe(balance)
  expect(
    grants.filter((grant) => grant.remaining < 0 || grant.remaining > grant.granted),
    'remaining within granted',
  ).toEqual([])

  const open = holds.filter((hold) => hold.status === 'OPEN')
  expect(account.held_credits, 'held = Σ open holds').toBe(sum(open, (hold) => hold.amount))
  expect(account.held_credits, 'held ≤ balance').toBeLessThanOrEqual(balance)

  const used = entries.filter((entry) => entry.transaction_type === 'USAGE')
  expect(account.total_used_credits, 'total used').toBe(sum(used, (entry) => 0 - entry.credits_amount))
  const byFunction = new Map<string, { credits: number; executions: number }>()
  for (const entry of used) {
    const known = byFunction.get(entry.ai_function_type ?? '') ?? { credits: 0, executions: 0 }
    known.credits -= entry.credits_amount
    known.executions += 1
    byFunction.set(entry.ai_function_type ?? '', known)
  }
  expect(Object.fromEntries(usage.map(({ function_type, ...use }) => [function_type, use])), 'rollup = use').toEqual(
    Object.fromEntries(byFunction),
  )

  const keys = entries.flatMap((entry) => entry.idempotency_key ?? [])
  expect(new Set(keys).size, 'each idempotency key once').toBe(keys.length)
  for (const hold of holds) {
    const charges = used.filter((entry) => entry.reference_id === hold.id)
    expect(charges.length, `charges of a ${hold.status} hold`).toBe(hold.status === 'SETTLED' ? 1 : 0)
    if (charges[0]) {
      expect(charges[0].id).toBe(hold.settled_transaction_id)
      expect(-charges[0].credits_amount, 'charge ≤ hold').toBeLessThanOrEqual(hold.amount)
    }
  }
  const spentOrGone = sum(entries, (entry) => Math.max(0, 0 - entry.credits_amount))
  expect(
    sum(grants, (grant) => grant.granted - grant.remaining),
    'what left the grants = what left the ledger',
  ).toBe(spentOrGone)
}

/** Reads the books and checks them. */
export async function rightBooks(db: TestDatabase, tenantId: string): Promise<Books> {
  const books = await readBooks(db, tenantId)
  expectRight(books)
  return books
}
