import { Temporal } from 'temporal-polyfill'
import { monthOf, resetInstant, startOfDay, zoned } from '#shared/utils/calendar'
import type { Tenant } from '../../utils/context'
import { callIn, type Database, type TenantDatabase, type Transaction } from '../../utils/db'
import { newId } from '../../utils/ids'
import { openAccount } from '../credits/open-account'
import { holdMs } from '../credits/rules'
import { runDueForTenant } from '../credits/run-due'
import { reserveStatement, settleStatement, type ReserveRow, type SettleRow } from '../credits/statements'

/** What a hotel's people run: function, credits, relative frequency, milliseconds. */
const habits = [
  { functionType: 'chatbot', credits: 2, weight: 60, ms: 1800 },
  { functionType: 'prediction', credits: 8, weight: 14, ms: 2600 },
  { functionType: 'recommendation', credits: 5, weight: 14, ms: 2200 },
  { functionType: 'analysis', credits: 10, weight: 12, ms: 4100 },
] as const

interface Run {
  at: Date
  functionType: string
  credits: number
  ms: number
}

/**
 * Gives a demonstration hotel an account with a month of plausible use behind it: opened on the first of last
 * month, last month's grant used up, this month's used down to `creditsLeft`. All of it goes through the ledger's
 * own functions with the clock of its day, in one transaction: a start that is killed leaves none of it.
 */
export async function makeCreditHistory(
  db: Database,
  tenant: Tenant,
  userIds: string[],
  input: { creditsLeft: number; now: Date },
): Promise<void> {
  const { now } = input
  const month = monthOf(now, tenant.timeZone)
  const lastMonth = Temporal.PlainDate.from(month).subtract({ months: 1 }).toString()
  const opened = startOfDay(lastMonth, tenant.timeZone)
  // In the first minutes of a month its reset is still to come.
  const reset = new Date(Math.min(resetInstant(month, tenant.timeZone).getTime(), now.getTime()))
  await db.forTenant(tenant.id).transaction(
    async (tx) => {
      const bound = within(tenant.id, tx)
      const { monthlyFreeCredits } = await tx.plan.findUniqueOrThrow({ where: { code: tenant.planCode } })
      await openAccount({ db: bound, tenant, now: opened })
      await charge(bound, tenant, userIds, spread(monthlyFreeCredits, opened, reset, tenant.timeZone))
      await runDueForTenant({ db: bound, tenantId: tenant.id, tenant, now: resetInstant(month, tenant.timeZone) })
      await charge(bound, tenant, userIds, spread(monthlyFreeCredits - input.creditsLeft, reset, now, tenant.timeZone))
    },
    { timeoutMs: 120_000 },
  )
}

/** The tenant's database, inside one transaction. */
function within(tenantId: string, tx: Transaction): TenantDatabase {
  return {
    tenantId,
    transaction: (run) => run(tx),
    read: (run) => run(tx),
    call: (statement) => callIn(tx, statement),
    query: (statement) => callIn(tx, statement),
  }
}

async function charge(db: TenantDatabase, tenant: Tenant, userIds: string[], runs: Run[]): Promise<void> {
  for (const [index, run] of runs.entries()) {
    const holdId = newId()
    await db.call<ReserveRow>(
      reserveStatement({
        tenantId: tenant.id,
        holdId,
        amount: run.credits,
        functionType: run.functionType,
        userId: userIds[(index * 7) % userIds.length] ?? null,
        now: run.at,
        expiresAt: new Date(run.at.getTime() + holdMs),
      }),
    )
    await db.call<SettleRow>(
      settleStatement({
        tenantId: tenant.id,
        holdId,
        amount: run.credits,
        now: run.at,
        day: zoned(run.at, tenant.timeZone).toPlainDate().toString(),
        executionMs: run.ms,
        functionParams: null,
        description: null,
        idempotencyKey: `hold:${holdId}`,
        requestId: 'demo',
      }),
    )
  }
}

/** Runs worth exactly `credits`, spread over the working hours between two instants; the same at every start. */
function spread(credits: number, from: Date, to: Date, timeZone: string): Run[] {
  const random = seeded(credits)
  const runs: Omit<Run, 'at'>[] = []
  for (let left = credits; left > 0;) {
    const affordable = habits.filter((habit) => habit.credits <= left)
    const habit =
      affordable.length > 0 ? pick(affordable, random()) : { functionType: 'chatbot', credits: left, ms: 1500 }
    runs.push({ functionType: habit.functionType, credits: habit.credits, ms: Math.round(habit.ms * (0.6 + random())) })
    left -= habit.credits
  }
  return runs
    .map((run) => ({ ...run, at: workingInstant(from, to, random, timeZone) }))
    .sort((a, b) => a.at.getTime() - b.at.getTime())
}

/** Prefers 9:00 to 21:00, when a front desk asks questions. */
function workingInstant(from: Date, to: Date, random: () => number, timeZone: string): Date {
  let at = from
  for (let attempt = 0; attempt < 8; attempt++) {
    at = new Date(from.getTime() + random() * (to.getTime() - from.getTime()))
    const { hour } = zoned(at, timeZone)
    if (hour >= 9 && hour < 21) break
  }
  return at
}

function pick<T extends { weight: number }>(items: T[], share: number): T {
  const total = items.reduce((sum, item) => sum + item.weight, 0)
  let left = share * total
  return items.find((item) => (left -= item.weight) < 0) ?? (items[0] as T)
}

/** mulberry32: small, repeatable. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
