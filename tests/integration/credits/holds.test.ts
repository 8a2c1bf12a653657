import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AiFunctionType } from '#shared/schemas/credits'
import { releaseHold, renewHold } from '../../../server/domains/credits/release-hold'
import { reserveCredits } from '../../../server/domains/credits/reserve-credits'
import { holdMs } from '../../../server/domains/credits/rules'
import { settleHold } from '../../../server/domains/credits/settle-hold'
import { sweepHolds } from '../../../server/domains/credits/sweep-holds'
import { newId } from '../../../server/utils/ids'
import { rightBooks } from '../../support/books'
import { ownDatabase, type TestDatabase } from '../../support/database'
import { contextFor, makeHotel, type TestHotel } from '../../support/hotel'

const begins = new Date('2031-01-10T00:00:00Z')
const after = (ms: number) => new Date(begins.getTime() + ms)

describe('a hold', () => {
  let db: TestDatabase
  let hotel: TestHotel
  beforeAll(async () => {
    db = await ownDatabase({ poolSize: 30 })
  })
  afterAll(() => db.close())
  const fresh = async () => {
    hotel = await makeHotel(db, { plan: 'ESSENTIAL', now: begins })
    return contextFor(db, hotel, { now: begins })
  }
  const reserve = (amount: number, now = begins) =>
    reserveCredits(contextFor(db, hotel, { now }), { amount, functionType: 'chatbot' })

  it('is charged once, however often it is settled at once', async () => {
    const ctx = await fresh()
    const { holdId } = await reserve(20)
    const settled = await Promise.all(Array.from({ length: 20 }, () => settleHold(ctx, { holdId, amount: 8 })))
    expect(settled.filter((one) => one.outcome === 'SETTLED').length).toBe(1)
    const first = settled.find((one) => one.outcome === 'SETTLED')
    for (const one of settled.filter((other) => other !== first)) {
      expect(one).toMatchObject({
        outcome: 'NOT_CHARGED',
        holdStatus: 'SETTLED',
        transactionId: first?.transactionId,
        balance: 92,
      })
    }
    expect((await rightBooks(db, hotel.tenant.id)).account).toMatchObject({ current_balance: 92, held_credits: 0 })
  })

  it('that has lapsed charges nothing and says so, swept or not', async () => {
    const ctx = await fresh()
    for (const sweep of [false, true]) {
      const { holdId } = await reserve(20)
      const late = after(holdMs)
      if (sweep) await sweepHolds(db, late)
      expect(await settleHold({ ...ctx, now: late }, { holdId, amount: 8 })).toEqual({
        outcome: 'NOT_CHARGED',
        holdStatus: 'EXPIRED',
        transactionId: null,
        balance: 100,
        available: 100,
      })
      expect(await renewHold({ ...ctx, now: late }, holdId)).toBe(false)
    }
    await rightBooks(db, hotel.tenant.id)
  })

  it('lives on when it is renewed', async () => {
    const ctx = await fresh()
    const { holdId } = await reserve(20)
    expect(await renewHold({ ...ctx, now: after(holdMs - 1) }, holdId)).toBe(true)
    expect(await sweepHolds(db, after(holdMs + 1000))).toBe(0)
    expect(await settleHold({ ...ctx, now: after(2 * holdMs - 1000) }, { holdId, amount: 20 })).toMatchObject({
      outcome: 'SETTLED',
    })
  })

  it('ends once: release after settle, settle after release, release twice', async () => {
    const ctx = await fresh()
    const one = await reserve(20)
    await settleHold(ctx, { holdId: one.holdId, amount: 20 })
    expect(await releaseHold(ctx, one.holdId)).toMatchObject({ released: false, available: 80 })
    const two = await reserve(30)
    expect(await releaseHold(ctx, two.holdId)).toMatchObject({ released: true, available: 80 })
    expect(await releaseHold(ctx, two.holdId)).toMatchObject({ released: false, available: 80 })
    expect(await settleHold(ctx, { holdId: two.holdId, amount: 1 })).toMatchObject({
      outcome: 'NOT_CHARGED',
      holdStatus: 'RELEASED',
    })
    expect(await settleHold(ctx, { holdId: newId(), amount: 1 })).toMatchObject({
      outcome: 'NOT_CHARGED',
      holdStatus: null,
    })
    await rightBooks(db, hotel.tenant.id)
  })

  it('cannot be charged for more than it is, and stays open', async () => {
    const ctx = await fresh()
    const { holdId } = await reserve(20)
    await expect(settleHold(ctx, { holdId, amount: 21 })).rejects.toThrow(/21 credits on a hold of 20/)
    expect(await settleHold(ctx, { holdId, amount: 20 })).toMatchObject({ outcome: 'SETTLED' })
  })

  it.each([0, -1, 1.5, 10_000_001, 2 ** 31, Number.NaN, Infinity])(
    'is never made or charged for %s credits',
    async (amount) => {
      const ctx = await fresh()
      await expect(reserve(amount)).rejects.toThrow()
      const { holdId } = await reserve(20)
      await expect(settleHold(ctx, { holdId, amount })).rejects.toThrow()
      expect((await rightBooks(db, hotel.tenant.id)).account).toMatchObject({ current_balance: 100, held_credits: 20 })
    },
  )

  it('is for a function that exists', async () => {
    const ctx = await fresh()
    await expect(reserveCredits(ctx, { amount: 1, functionType: 'horoscope' as AiFunctionType })).rejects.toThrow()
    expect((await rightBooks(db, hotel.tenant.id)).holds).toEqual([])
  })

  it('is another hotel’s business alone', async () => {
    await fresh()
    const { holdId } = await reserve(20)
    const stranger = contextFor(db, await makeHotel(db, { now: begins }), { now: begins })
    expect(await settleHold(stranger, { holdId, amount: 5 })).toMatchObject({
      outcome: 'NOT_CHARGED',
      holdStatus: null,
    })
    expect(await releaseHold(stranger, holdId)).toMatchObject({ released: false })
    expect(await renewHold(stranger, holdId)).toBe(false)
    expect((await rightBooks(db, hotel.tenant.id)).holds).toMatchObject([{ status: 'OPEN' }])
  })

  it('is given to exactly as many as can afford it', async () => {
    const ctx = await fresh()
    const asked = await Promise.allSettled(Array.from({ length: 60 }, () => reserve(7)))
    const given = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expect(given.length).toBe(14) // of 100
    for (const one of asked) {
      if (one.status === 'rejected') {
        expect(one.reason).toMatchObject({
          code: 'INSUFFICIENT_CREDITS',
          details: { needed: 7, missing: expect.any(Number) },
        })
        expect(one.reason.details.available).toBeLessThan(7)
      }
    }
    await Promise.all(given.map(({ holdId }) => settleHold(ctx, { holdId, amount: 7 })))
    expect((await rightBooks(db, hotel.tenant.id)).account.current_balance).toBe(2)
  })
})
