import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aiFunctionTypes } from '#shared/schemas/credits'
import { adjustCredits } from '../../../server/domains/credits/adjust-credits'
import { releaseHold, renewHold } from '../../../server/domains/credits/release-hold'
import { reserveCredits } from '../../../server/domains/credits/reserve-credits'
import { grantPriority, holdMs } from '../../../server/domains/credits/rules'
import { runDue } from '../../../server/domains/credits/run-due'
import { settleHold } from '../../../server/domains/credits/settle-hold'
import { grantStatement, type GrantRow } from '../../../server/domains/credits/statements'
import { sweepHolds } from '../../../server/domains/credits/sweep-holds'
import { AppError } from '../../../server/utils/errors'
import { rightBooks } from '../../support/books'
import { ownDatabase, type TestDatabase } from '../../support/database'
import { contextFor, makeHotel, makeOperator, operatorContext, type TestHotel } from '../../support/hotel'

const minute = 60_000
const day = 24 * 60 * minute

/** `at`: how far this caller's clock stands before or after the others', in seconds. */
const at = fc.integer({ min: -90, max: 90 })
const credits = fc.integer({ min: 1, max: 60 })
/** Which of the holds opened so far; any, the ended ones too. */
const which = fc.nat({ max: 40 })
const key = fc.nat({ max: 12 })

const command = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('reserve' as const), at, credits, fn: fc.constantFrom(...aiFunctionTypes) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('run' as const), at, credits, taken: fc.integer({ min: 1, max: 60 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('settle' as const), at, which, taken: fc.integer({ min: 1, max: 60 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('release' as const), at, which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('renew' as const), at, which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('sweep' as const), at }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('due' as const), at }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('grant' as const),
      at,
      credits,
      key,
      source: fc.constantFrom('PURCHASE' as const, 'BONUS' as const),
      lives: fc.option(fc.integer({ min: 1, max: 60 * 24 * 60 })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('adjust' as const),
      at,
      credits: fc.integer({ min: -80, max: 80 }).filter((n) => n !== 0),
      key,
    }),
  },
)
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never

/** Commands that run at once, and how far all clocks move on before them, in minutes. */
const batch = fc.record({
  passes: fc.oneof(
    { weight: 5, arbitrary: fc.nat({ max: 15 }) },
    { weight: 2, arbitrary: fc.nat({ max: 60 * 24 * 40 }) },
  ),
  commands: fc.array(command, { minLength: 15, maxLength: 40 }),
})
const story = fc.record({
  plan: fc.constantFrom('ESSENTIAL' as const, 'PROFESSIONAL' as const, 'ENTERPRISE' as const),
  timeZone: fc.constantFrom('Asia/Tokyo', 'Pacific/Auckland', 'America/New_York', 'UTC'),
  begins: fc.date({
    min: new Date('2031-01-01T00:00:00Z'),
    max: new Date('2032-12-31T00:00:00Z'),
    noInvalidDate: true,
  }),
  batches: fc.array(batch, { minLength: 3, maxLength: 5 }),
})

describe('the books under many connections', () => {
  let db: TestDatabase
  let operator: { id: string; email: string }
  const done: Record<string, number> = {}
  beforeAll(async () => {
    db = await ownDatabase({ poolSize: 24 })
    operator = await makeOperator(db)
  })
  afterAll(() => db.close())

  it('are right after every interleaving of everything that moves credits', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ plan, timeZone, begins, batches }) => {
        const hotel = await makeHotel(db, { plan, timeZone, now: begins })
        const holds: { id: string; amount: number }[] = []
        let clock = begins.getTime()
        for (const { passes, commands } of batches) {
          clock += passes * minute
          await Promise.all(commands.map((one) => perform(one, hotel, clock, holds)))
          await rightBooks(db, hotel.tenant.id)
        }
        // Nobody comes back: time alone ends what is open.
        await sweepHolds(db, new Date(clock + holdMs + day))
        const { account, holds: ended } = await rightBooks(db, hotel.tenant.id)
        expect(account.held_credits).toBe(0)
        expect(ended.filter((hold) => hold.status === 'OPEN')).toEqual([])
      }),
      { numRuns: Number(process.env.INTERLEAVINGS ?? 60), endOnFailure: true },
    )
    const { rows } = await db.jobs.query('SELECT * FROM credit_differences()')
    expect(rows).toEqual([])
    // A story in which nothing can happen proves nothing.
    for (const what of ['reserve', 'run', 'settle', 'release', 'renew', 'sweep', 'due', 'grant', 'adjust']) {
      expect(done[what], what).toBeGreaterThan(20)
    }
  })

  async function perform(
    one: Command,
    hotel: TestHotel,
    clock: number,
    holds: { id: string; amount: number }[],
  ): Promise<void> {
    const now = new Date(clock + one.at * 1000)
    const ctx = contextFor(db, hotel, { now })
    const count = (took = true) => {
      if (took) done[one.do] = (done[one.do] ?? 0) + 1
    }
    if (one.do === 'sweep') return count((await sweepHolds(db, now)) > 0)
    if (one.do === 'due') {
      const { resets, expiries } = await runDue(db, now)
      return count(resets + expiries > 0)
    }
    if (one.do === 'reserve' || one.do === 'run') {
      const hold = await refusable(
        reserveCredits(ctx, { amount: one.credits, functionType: one.do === 'reserve' ? one.fn : 'chatbot' }),
      )
      if (!hold) return
      if (one.do === 'reserve') {
        holds.push({ id: hold.holdId, amount: hold.amount })
        return count()
      }
      const settled = await settleHold(ctx, { holdId: hold.holdId, amount: Math.min(one.taken, hold.amount) })
      expect(settled.outcome, 'a run that just reserved').toBe('SETTLED')
      return count()
    }
    if (one.do === 'grant') {
      const row = await ctx.db.call<GrantRow>(
        grantStatement({
          tenantId: hotel.tenant.id,
          source: one.source,
          type: one.source,
          amount: one.credits,
          unitPriceYen: '12.5',
          expiresAt: one.lives === null ? null : new Date(now.getTime() + one.lives * minute),
          priority: grantPriority[one.source],
          userId: null,
          description: null,
          referenceId: null,
          idempotencyKey: `grant-${one.key}`,
          now,
        }),
      )
      return count(row.outcome === 'GRANTED')
    }
    if (one.do === 'adjust') {
      const asked = {
        body: { accountId: hotel.accountId, credits: one.credits, reason: `${one.credits}` },
        idempotencyKey: `${hotel.accountId}-${one.key}`,
      }
      return count(Boolean(await refusable(adjustCredits(await operatorContext(db, operator, now), db, asked))))
    }
    const hold = holds[one.which % Math.max(1, holds.length)]
    if (!hold) return
    if (one.do === 'settle') {
      const settlement = await settleHold(ctx, { holdId: hold.id, amount: Math.min(one.taken, hold.amount) })
      return count(settlement.outcome === 'SETTLED')
    }
    if (one.do === 'release') return count((await releaseHold(ctx, hold.id)).released)
    return count(await renewHold(ctx, hold.id))
  }

  /** A refusal is an answer; anything else is a failure. */
  async function refusable<T>(work: Promise<T>): Promise<T | null> {
    try {
      return await work
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      if (error.code === 'INSUFFICIENT_CREDITS') {
        const { needed, available, missing } = error.details as Record<'needed' | 'available' | 'missing', number>
        expect(available, 'refused though it fits').toBeLessThan(needed)
        expect(missing).toBe(needed - available)
      } else expect(error.code).toBe('IDEMPOTENCY_CONFLICT')
      return null
    }
  }
})
