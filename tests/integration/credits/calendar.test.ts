import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getBalance } from '../../../server/domains/credits/get-balance'
import { releaseHold } from '../../../server/domains/credits/release-hold'
import { reserveCredits } from '../../../server/domains/credits/reserve-credits'
import { grantPriority } from '../../../server/domains/credits/rules'
import { runDue } from '../../../server/domains/credits/run-due'
import { settleHold } from '../../../server/domains/credits/settle-hold'
import { grantStatement, type GrantRow } from '../../../server/domains/credits/statements'
import { createDatabase } from '../../../server/utils/db'
import { rightBooks } from '../../support/books'
import { ownDatabase, type TestDatabase } from '../../support/database'
import { contextFor, makeHotel, type TestHotel } from '../../support/hotel'

/** Grants that are left, as they will be spent: source and remaining. */
const left = (books: Awaited<ReturnType<typeof rightBooks>>) =>
  books.grants.filter((grant) => grant.remaining > 0).map((grant) => [grant.source, grant.remaining])

describe('the monthly reset', () => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await ownDatabase()
  })
  afterAll(() => db.close())

  const use = async (
    hotel: TestHotel,
    amount: number,
    now: string,
    functionType: 'chatbot' | 'prediction' = 'chatbot',
  ) => {
    const ctx = contextFor(db, hotel, { now: new Date(now) })
    const { holdId } = await reserveCredits(ctx, { amount, functionType })
    expect(await settleHold(ctx, { holdId, amount })).toMatchObject({ outcome: 'SETTLED', charged: amount })
  }
  const hold = (hotel: TestHotel, amount: number, now: string) =>
    reserveCredits(contextFor(db, hotel, { now: new Date(now) }), { amount, functionType: 'chatbot' })
  const buy = (
    hotel: TestHotel,
    amount: number,
    now: string,
    expires: string | null,
    source: 'PURCHASE' | 'BONUS' = 'PURCHASE',
  ) =>
    contextFor(db, hotel).db.call<GrantRow>(
      grantStatement({
        tenantId: hotel.tenant.id,
        source,
        type: source,
        amount,
        unitPriceYen: source === 'PURCHASE' ? '20' : '0',
        expiresAt: expires === null ? null : new Date(expires),
        priority: grantPriority[source],
        userId: null,
        description: null,
        referenceId: null,
        idempotencyKey: `${source} ${amount} ${now}`,
        now: new Date(now),
      }),
    )
  const balanceAt = async (hotel: TestHotel, now: string) =>
    (await getBalance(contextFor(db, hotel, { now: new Date(now) }))).balance

  it.each([
    ['23:59:59 of the last day', '2031-01-31T14:59:59Z', 0],
    ['00:00:00 of the first', '2031-01-31T15:00:00Z', 0],
    ['00:04:59', '2031-01-31T15:04:59Z', 0],
    ['00:05', '2031-01-31T15:05:00Z', 1],
  ])('in Tokyo at %s', async (_name, now, resets) => {
    const hotel = await makeHotel(db, { plan: 'ESSENTIAL', now: new Date('2031-01-10T03:00:00Z') })
    await use(hotel, 30, '2031-01-20T03:00:00Z')
    await runDue(db, new Date(now))
    const books = await rightBooks(db, hotel.tenant.id)
    expect(books.resets.length).toBe(resets)
    expect(books.account.current_balance).toBe(resets ? 100 : 70)
    // A request does not wait for the task.
    expect((await balanceAt(hotel, now)).currentBalance).toBe(resets ? 100 : 70)
  })

  it('is not kept from all other hotels by one that cannot be reset', async () => {
    const begins = new Date('2031-01-10T03:00:00Z')
    const [broken, ...others] = [
      await makeHotel(db, { plan: 'ESSENTIAL', now: begins }),
      await makeHotel(db, { plan: 'ESSENTIAL', now: begins }),
      await makeHotel(db, { plan: 'ESSENTIAL', now: begins }),
    ]
    await db.owner.query(
      `CREATE FUNCTION refuse_reset() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
       CREATE TRIGGER refuse_reset BEFORE INSERT ON monthly_credit_resets FOR EACH ROW
         WHEN (NEW.tenant_id = '${broken.tenant.id}') EXECUTE FUNCTION refuse_reset()`,
    )
    const resetsOf = async (hotel: TestHotel) => (await rightBooks(db, hotel.tenant.id)).resets.length
    await runDue(db, new Date('2031-01-31T15:05:00Z'))
    expect(await Promise.all(others.map(resetsOf))).toEqual([1, 1])
    expect(await resetsOf(broken)).toBe(0)
    await db.owner.query('DROP FUNCTION refuse_reset() CASCADE')
    await runDue(db, new Date('2031-01-31T15:10:00Z'))
    expect(await resetsOf(broken)).toBe(1)
  })

  it.each([
    ['Pacific/Auckland', '2031-03-31T11:04:59Z', '2031-03-31T11:05:00Z'], // NZDT, UTC+13
    ['America/New_York', '2031-04-01T04:04:59Z', '2031-04-01T04:05:00Z'], // EDT, UTC−4
    ['UTC', '2031-04-01T00:04:59Z', '2031-04-01T00:05:00Z'],
  ])('belongs to the hotel’s time zone: %s', async (timeZone, before, after) => {
    const hotel = await makeHotel(db, { plan: 'ESSENTIAL', timeZone, now: new Date('2031-03-05T12:00:00Z') })
    await use(hotel, 10, '2031-03-06T12:00:00Z')
    await runDue(db, new Date(before))
    expect((await rightBooks(db, hotel.tenant.id)).resets).toEqual([])
    await runDue(db, new Date(after))
    expect((await rightBooks(db, hotel.tenant.id)).resets).toMatchObject([
      { reset_date: '2031-04-01', free_credits_added: 100 },
    ])
  })

  it('follows the clock change: New York resets at 05:05 UTC in winter and 04:05 in summer', async () => {
    const hotel = await makeHotel(db, {
      plan: 'ESSENTIAL',
      timeZone: 'America/New_York',
      now: new Date('2031-02-10T12:00:00Z'),
    })
    await runDue(db, new Date('2031-03-01T05:04:59Z'))
    expect((await rightBooks(db, hotel.tenant.id)).resets.length).toBe(0)
    await runDue(db, new Date('2031-03-01T05:05:00Z'))
    expect((await rightBooks(db, hotel.tenant.id)).resets.length).toBe(1)
    await runDue(db, new Date('2031-04-01T04:05:00Z'))
    expect((await rightBooks(db, hotel.tenant.id)).resets.length).toBe(2)
  })

  it('comes on 29 February and the day after it', async () => {
    const hotel = await makeHotel(db, { plan: 'ESSENTIAL', now: new Date('2032-01-31T14:59:59Z') }) // 31 January, 23:59:59
    await runDue(db, new Date('2032-02-29T14:59:59Z'))
    expect((await rightBooks(db, hotel.tenant.id)).resets.map((row) => row.reset_date)).toEqual(['2032-02-01'])
    await use(hotel, 7, '2032-02-29T14:59:59Z') // 29 February, 23:59:59
    expect((await balanceAt(hotel, '2032-02-29T14:59:59Z')).usedThisMonth).toBe(7)
    expect((await balanceAt(hotel, '2032-02-29T15:00:00Z')).usedThisMonth).toBe(0)
    await runDue(db, new Date('2032-02-29T15:05:00Z'))
    expect((await rightBooks(db, hotel.tenant.id)).resets.at(-1)).toMatchObject({
      reset_date: '2032-03-01',
      total_usage_previous_month: 7,
      most_used_function: 'chatbot',
    })
  })

  it('gives an account of mid-month, of the 31st and of the first minutes its whole grant once', async () => {
    for (const now of ['2031-01-15T00:00:00Z', '2031-01-31T14:59:59Z', '2030-12-31T15:02:00Z']) {
      const hotel = await makeHotel(db, { plan: 'PROFESSIONAL', now: new Date(now) })
      await runDue(db, new Date('2031-01-31T15:04:59Z'))
      expect((await rightBooks(db, hotel.tenant.id)).account.current_balance, now).toBe(500)
      await runDue(db, new Date('2031-01-31T15:05:00Z'))
      const books = await rightBooks(db, hotel.tenant.id)
      expect(books.account.current_balance, now).toBe(1000) // one month's grant is carried over
      expect(books.resets).toMatchObject([
        { reset_date: '2031-02-01', previous_balance: 500, carried_over_credits: 500, expired_credits: 0 },
      ])
    }
  })

  it.each([
    ['ESSENTIAL', [100, 100, 100, 100, 100]],
    ['PROFESSIONAL', [1000, 1000, 1000, 1000, 1000]],
    ['ENTERPRISE', [4000, 6000, 8000, 8000, 8000]],
  ] as const)('carries over what the plan %s keeps', async (plan, balances) => {
    const hotel = await makeHotel(db, { plan, now: new Date('2031-01-10T00:00:00Z') })
    const seen: number[] = []
    for (const month of ['02', '03', '04', '05', '06']) {
      await runDue(db, new Date(`2031-${month}-01T01:00:00Z`))
      seen.push((await rightBooks(db, hotel.tenant.id)).account.current_balance)
    }
    expect(seen).toEqual(balances)
  })

  it('records the month before: use, function, what was carried over and what expired, and the score', async () => {
    const hotel = await makeHotel(db, { plan: 'ESSENTIAL', now: new Date('2031-01-10T00:00:00Z') })
    await use(hotel, 24, '2031-01-20T03:00:00Z', 'prediction')
    await use(hotel, 6, '2031-01-21T03:00:00Z')
    await buy(hotel, 50, '2031-01-22T00:00:00Z', '2031-07-21T00:00:00Z')
    await runDue(db, new Date('2031-02-01T00:00:00Z'))
    const books = await rightBooks(db, hotel.tenant.id)
    expect(books.resets).toMatchObject([
      {
        reset_date: '2031-02-01',
        previous_balance: 120,
        free_credits_added: 100,
        carried_over_credits: 0,
        expired_credits: 70,
        total_usage_previous_month: 30,
        most_used_function: 'prediction',
        efficiency_score: 30,
      },
    ])
    expect(
      books.entries.slice(-2).map((entry) => [entry.transaction_type, entry.credits_amount, entry.balance_after]),
    ).toEqual([
      ['EXPIRY', -70, 50],
      ['MONTHLY_RESET', 100, 150],
    ])
    expect(left(books)).toEqual([
      ['MONTHLY_FREE', 100],
      ['PURCHASE', 50],
    ])
  })

  it('is done once, however often and on however many replicas at once', async () => {
    const hotels = await Promise.all(
      [1, 2, 3].map(() => makeHotel(db, { plan: 'ESSENTIAL', now: new Date('2031-05-10T00:00:00Z') })),
    )
    const replicas = Array.from({ length: 6 }, () => createDatabase({ ...db.urls, poolSize: 3 }))
    const now = new Date('2031-06-01T00:00:00Z')
    await Promise.all([...replicas, ...replicas].map((replica) => runDue(replica, now)))
    await runDue(db, now)
    // A clock that goes back undoes nothing, and one that comes again adds nothing.
    await runDue(db, new Date('2031-05-20T00:00:00Z'))
    await runDue(db, now)
    await Promise.all(replicas.map((replica) => replica.close()))
    for (const hotel of hotels) {
      const books = await rightBooks(db, hotel.tenant.id)
      expect(books.resets.length).toBe(1)
      expect(books.account.current_balance).toBe(100)
    }
  })

  it('after two missed months does the present one', async () => {
    const hotel = await makeHotel(db, { plan: 'PROFESSIONAL', now: new Date('2031-01-10T00:00:00Z') })
    await runDue(db, new Date('2031-04-03T00:00:00Z'))
    const books = await rightBooks(db, hotel.tenant.id)
    expect(books.resets.map((row) => row.reset_date)).toEqual(['2031-04-01'])
    expect(left(books)).toEqual([['MONTHLY_FREE', 500]])
  })

  it('does many hundreds of accounts in sets', { timeout: 120_000 }, async () => {
    await runDue(db, new Date('2033-01-05T00:00:00Z'))
    const begins = new Date('2033-01-10T00:00:00Z')
    const hotels: TestHotel[] = []
    while (hotels.length < 620) {
      hotels.push(
        ...(await Promise.all(Array.from({ length: 20 }, () => makeHotel(db, { plan: 'ESSENTIAL', now: begins })))),
      )
    }
    const { resets } = await runDue(db, new Date('2033-02-01T00:00:00Z'))
    expect(resets).toBeGreaterThanOrEqual(620)
    expect(await runDue(db, new Date('2033-02-01T00:00:00Z'))).toEqual({ resets: 0, expiries: 0 })
    const { rows } = await db.owner.query(
      `SELECT count(*)::int AS n FROM monthly_credit_resets WHERE reset_date = '2033-02-01' AND tenant_id = ANY ($1)`,
      [hotels.map((hotel) => hotel.tenant.id)],
    )
    expect(rows).toEqual([{ n: 620 }])
    expect((await db.jobs.query('SELECT * FROM credit_differences()')).rows).toEqual([])
  })

  describe('with a change of plan before it', () => {
    const changePlan = (hotel: TestHotel, plan: string) =>
      db.owner.query('UPDATE tenants SET plan_code = $2 WHERE id = $1', [hotel.tenant.id, plan])

    it('keeps what the larger plan keeps', async () => {
      const hotel = await makeHotel(db, { plan: 'ESSENTIAL', now: new Date('2031-01-10T00:00:00Z') })
      await changePlan(hotel, 'PROFESSIONAL')
      await runDue(db, new Date('2031-02-01T00:00:00Z'))
      const books = await rightBooks(db, hotel.tenant.id)
      expect(books.account).toMatchObject({
        current_balance: 600,
        plan_type: 'PROFESSIONAL',
        monthly_free_credits: 500,
      })
      expect(books.resets).toMatchObject([{ free_credits_added: 500, carried_over_credits: 100, expired_credits: 0 }])
      await runDue(db, new Date('2031-03-01T00:00:00Z'))
      expect(left(await rightBooks(db, hotel.tenant.id))).toEqual([
        ['MONTHLY_FREE', 500],
        ['MONTHLY_FREE', 500],
      ])
    })

    it('lets expire what the smaller plan does not keep, and no purchased credit', async () => {
      const hotel = await makeHotel(db, { plan: 'ENTERPRISE', now: new Date('2031-01-10T00:00:00Z') })
      await buy(hotel, 40, '2031-01-11T00:00:00Z', '2031-07-10T00:00:00Z')
      await runDue(db, new Date('2031-02-01T00:00:00Z'))
      await changePlan(hotel, 'PROFESSIONAL')
      await runDue(db, new Date('2031-03-01T00:00:00Z'))
      const books = await rightBooks(db, hotel.tenant.id)
      expect(books.resets.at(-1)).toMatchObject({
        free_credits_added: 500,
        carried_over_credits: 500,
        expired_credits: 3500,
      })
      expect(left(books)).toEqual([
        ['MONTHLY_FREE', 500],
        ['MONTHLY_FREE', 500],
        ['PURCHASE', 40],
      ])
    })
  })

  describe('with an open hold', () => {
    it('leaves the held credits alone, and they expire when it is released', async () => {
      const hotel = await makeHotel(db, { plan: 'ESSENTIAL', now: new Date('2031-01-10T00:00:00Z') })
      await buy(hotel, 50, '2031-01-11T00:00:00Z', '2031-07-10T00:00:00Z')
      const { holdId } = await hold(hotel, 30, '2031-01-31T15:00:00Z')
      await runDue(db, new Date('2031-01-31T15:05:00Z'))
      let books = await rightBooks(db, hotel.tenant.id)
      expect(left(books), 'what the hold would spend is still there').toEqual([
        ['MONTHLY_FREE', 30],
        ['MONTHLY_FREE', 100],
        ['PURCHASE', 50],
      ])
      expect(books.resets).toMatchObject([{ expired_credits: 70 }])
      const later = new Date('2031-01-31T15:06:00Z')
      await releaseHold(contextFor(db, hotel, { now: later }), holdId)
      await runDue(db, later)
      books = await rightBooks(db, hotel.tenant.id)
      expect(left(books)).toEqual([
        ['MONTHLY_FREE', 100],
        ['PURCHASE', 50],
      ])
      expect(books.entries.at(-1)).toMatchObject({ transaction_type: 'EXPIRY', credits_amount: -30 })
    })

    it('charges the held free credits, not the purchased ones, and expires the rest', async () => {
      const hotel = await makeHotel(db, { plan: 'ESSENTIAL', now: new Date('2031-01-10T00:00:00Z') })
      await buy(hotel, 50, '2031-01-11T00:00:00Z', '2031-07-10T00:00:00Z')
      const { holdId } = await hold(hotel, 100, '2031-01-31T15:00:00Z')
      await runDue(db, new Date('2031-01-31T15:05:00Z'))
      const later = new Date('2031-01-31T15:07:00Z')
      const ctx = contextFor(db, hotel, { now: later })
      expect(await settleHold(ctx, { holdId, amount: 60 })).toMatchObject({
        outcome: 'SETTLED',
        charged: 60,
        costYen: 0,
      })
      expect((await getBalance(ctx)).balance.currentBalance).toBe(150)
      expect(left(await rightBooks(db, hotel.tenant.id))).toEqual([
        ['MONTHLY_FREE', 100],
        ['PURCHASE', 50],
      ])
    })
  })

  describe('spending', () => {
    it('takes what expires first, at the same expiry free before purchased, what never expires last', async () => {
      const hotel = await makeHotel(db, { plan: 'ESSENTIAL', now: new Date('2031-01-10T00:00:00Z') })
      const reset = '2031-01-31T15:05:00.000Z'
      await buy(hotel, 11, '2031-01-11T00:00:00Z', null, 'BONUS')
      await buy(hotel, 12, '2031-01-11T00:00:00Z', reset)
      await buy(hotel, 13, '2031-01-11T00:00:00Z', '2031-01-20T00:00:00Z')
      await use(hotel, 10, '2031-01-12T00:00:00Z')
      expect(left(await rightBooks(db, hotel.tenant.id))).toEqual([
        ['PURCHASE', 3],
        ['MONTHLY_FREE', 100],
        ['PURCHASE', 12],
        ['BONUS', 11],
      ])
      await use(hotel, 3 + 100 + 2, '2031-01-13T00:00:00Z')
      expect(left(await rightBooks(db, hotel.tenant.id))).toEqual([
        ['PURCHASE', 10],
        ['BONUS', 11],
      ])
    })

    it('tells what a charge had cost: yen, rounded down once', async () => {
      const hotel = await makeHotel(db, {
        plan: 'ESSENTIAL',
        withoutAccount: false,
        now: new Date('2031-01-10T00:00:00Z'),
      })
      await buy(hotel, 10, '2031-01-11T00:00:00Z', '2031-01-12T00:00:00Z')
      const ctx = contextFor(db, hotel, { now: new Date('2031-01-11T01:00:00Z') })
      const { holdId } = await reserveCredits(ctx, { amount: 12, functionType: 'chatbot' })
      expect(await settleHold(ctx, { holdId, amount: 12 })).toMatchObject({ costYen: 200 }) // 10 at ¥20, 2 free
    })

    it('refuses an expired purchase though no task has come by', async () => {
      const hotel = await makeHotel(db, { plan: 'ESSENTIAL', now: new Date('2031-01-10T00:00:00Z') })
      await buy(hotel, 10, '2031-01-11T00:00:00Z', '2031-01-12T00:00:00Z')
      await expect(hold(hotel, 105, '2031-01-12T00:00:00Z')).rejects.toMatchObject({
        code: 'INSUFFICIENT_CREDITS',
        details: { needed: 105, available: 100, missing: 5 },
      })
      expect((await rightBooks(db, hotel.tenant.id)).entries.at(-1)).toMatchObject({
        transaction_type: 'EXPIRY',
        credits_amount: -10,
      })
    })
  })
})
