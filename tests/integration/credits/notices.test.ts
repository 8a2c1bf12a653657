import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { addDays, dayOf } from '#shared/utils/calendar'
import { noticeExpiringCredits } from '../../../server/domains/credits/notices/expiring-credits'
import { noticeLowBalance } from '../../../server/domains/credits/notices/low-balance'
import { noticeMonthReset } from '../../../server/domains/credits/notices/month-reset'
import { purchaseExpiry } from '../../../server/domains/credits/rules'
import { runDue } from '../../../server/domains/credits/run-due'
import { grantStatement, type GrantRow } from '../../../server/domains/credits/statements'
import type { DomainEvent } from '../../../server/utils/outbox-relay'
import { ownDatabase, type TestDatabase } from '../../support/database'
import { contextFor, makeHotel, type TestHotel } from '../../support/hotel'
import { leaveCredits } from '../ai/run'

let db: TestDatabase
beforeAll(async () => {
  db = await ownDatabase()
  vi.stubEnv('DATABASE_APP_URL', db.urls.appUrl)
  vi.stubEnv('DATABASE_JOBS_URL', db.urls.jobsUrl)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await db.close()
})

interface Mail {
  id: string
  kind: string
  subject: string
  text: string
  recipients: { email: string }[]
}
const mailsOf = async (hotel: TestHotel) =>
  (
    await db.owner.query<Mail>(
      'SELECT id, kind, subject, text, recipients FROM mail_messages WHERE tenant_id = $1 ORDER BY created_at, id',
      [hotel.tenant.id],
    )
  ).rows
/** Mails that nobody would send, and jobs without a mail. */
async function expectHandedIn(hotel: TestHotel): Promise<void> {
  const { rows } = await db.owner.query<{ id: string }>(
    `SELECT j.payload -> 'payload' ->> 'mailId' AS id FROM graphile_worker._private_jobs j
      WHERE j.payload ->> 'tenantId' = $1 ORDER BY 1`,
    [hotel.tenant.id],
  )
  expect(rows.map(({ id }) => id)).toEqual((await mailsOf(hotel)).map(({ id }) => id).toSorted())
}
const emailsOf = (hotel: TestHotel, ...roles: (keyof TestHotel['people'])[]) =>
  roles.map((role) => hotel.people[role].email).toSorted()

async function buy(hotel: TestHotel, amount: number, boughtAt: Date): Promise<void> {
  await db.forTenant(hotel.tenant.id).call<GrantRow>(
    grantStatement({
      tenantId: hotel.tenant.id,
      source: 'PURCHASE',
      type: 'PURCHASE',
      amount,
      unitPriceYen: '11',
      expiresAt: purchaseExpiry(boughtAt, hotel.tenant.timeZone),
      priority: 3,
      userId: null,
      description: null,
      referenceId: null,
      idempotencyKey: `test:${boughtAt.toISOString()}:${amount}`,
      now: boughtAt,
    }),
  )
}

describe('credits that expire', () => {
  it.each([
    ['Asia/Tokyo', '2026-08-31T14:59:59.999Z'], // 23:59 on the last of a month; six months later is the 28th
    ['Asia/Tokyo', '2026-08-31T15:00:00.000Z'], // midnight of the first
    ['Asia/Tokyo', '2027-08-31T03:00:00.000Z'], // to a leap year's February
    ['Asia/Tokyo', '2026-12-31T15:30:00.000Z'],
    ['America/Los_Angeles', '2026-08-31T06:30:00.000Z'], // over a change of the clocks
  ])('are announced 30 and 7 days before, once: %s, bought at %s', async (timeZone, boughtAt) => {
    const bought = new Date(boughtAt)
    const hotel = await makeHotel(db, { timeZone, now: bought })
    await buy(hotel, 500, bought)
    await buy(hotel, 100, bought)
    const day = dayOf(purchaseExpiry(bought, timeZone), timeZone)
    const told: string[] = []
    for (let left = 34; left >= -1; left--) {
      // Nine in the morning in Japan, each day, by two replicas at once, and once more.
      const now = new Date(`${addDays(day, -left)}T00:00:00Z`)
      await Promise.all([noticeExpiringCredits(db, now), noticeExpiringCredits(db, now)])
      await noticeExpiringCredits(db, now)
      const count = (await mailsOf(hotel)).length
      if (count > told.length) told.push(dayOf(now, timeZone))
    }
    expect(told).toEqual([addDays(day, -30), addDays(day, -7)])
    const mails = await mailsOf(hotel)
    expect(mails.map(({ kind }) => kind)).toEqual(['creditsExpiring', 'creditsExpiring'])
    expect(mails[0]?.text).toContain('600 クレジット')
    expect(mails[0]?.text).toContain('30日後')
    expect(mails[1]?.text).toContain('7日後')
    expect(mails[0]?.recipients.map(({ email }) => email).toSorted()).toEqual(
      emailsOf(hotel, 'MANAGER', 'ADMIN', 'OWNER'),
    )
    await expectHandedIn(hotel)
  })

  it('are announced a day late when the task did not run on the day', async () => {
    const bought = new Date('2026-03-10T03:00:00Z')
    const hotel = await makeHotel(db, { now: bought })
    await buy(hotel, 500, bought)
    const day = dayOf(purchaseExpiry(bought, 'Asia/Tokyo'), 'Asia/Tokyo')
    await noticeExpiringCredits(db, new Date(`${addDays(day, -28)}T00:00:00Z`))
    const [mail] = await mailsOf(hotel)
    expect(mail?.text).toContain('28日後')
  })

  it('are not announced once they are spent, nor are free ones', async () => {
    const bought = new Date('2026-03-10T03:00:00Z')
    const hotel = await makeHotel(db, { now: bought })
    await buy(hotel, 500, bought)
    await db.owner.query(`UPDATE ai_credit_grants SET remaining = 0 WHERE tenant_id = $1 AND source = 'PURCHASE'`, [
      hotel.tenant.id,
    ])
    for (const day of ['2026-08-20', '2026-09-04', '2026-09-08']) {
      await noticeExpiringCredits(db, new Date(`${day}T00:00:00Z`))
    }
    expect(await mailsOf(hotel)).toEqual([])
  })
})

describe('the monthly reset', () => {
  it('is told once a month with its figures, to many hotels and by two replicas at once', async () => {
    const opened = new Date('2030-01-20T03:00:00Z')
    const hotels = await Promise.all(Array.from({ length: 12 }, () => makeHotel(db, { now: opened })))
    // 00:10 on the first in Tokyo, still January in UTC.
    await runDue(db, new Date('2030-01-31T15:10:00Z'))
    const morning = new Date('2030-02-01T00:00:00Z')
    await Promise.all([noticeMonthReset(db, morning), noticeMonthReset(db, morning)])
    for (let day = 1; day < 9; day++) await noticeMonthReset(db, new Date(morning.getTime() + day * 86_400_000))
    for (const hotel of hotels) {
      const mails = (await mailsOf(hotel)).filter(({ kind }) => kind === 'monthReset')
      expect(mails).toHaveLength(1)
      expect(mails[0]?.subject).toContain('2030年2月')
      await expectHandedIn(hotel)
    }
  })

  it('is not told to an account that opened in the month', async () => {
    const opened = new Date('2031-01-31T15:06:00Z')
    const hotel = await makeHotel(db, { now: opened })
    await noticeMonthReset(db, new Date('2031-02-01T00:00:00Z'))
    expect(await mailsOf(hotel)).toEqual([])
  })
})

describe('a low balance', () => {
  /** The events of the hotel's charges, in their order. */
  const charges = async (hotel: TestHotel): Promise<DomainEvent[]> =>
    (
      await db.owner.query<{ id: string; payload: Record<string, unknown> }>(
        `SELECT id, payload FROM outbox_events WHERE tenant_id = $1 AND event_type = 'credits.charged' ORDER BY created_at, id`,
        [hotel.tenant.id],
      )
    ).rows.map((row) => ({ ...row, tenantId: hotel.tenant.id, eventType: 'credits.charged' }))
  const deliverAll = async (hotel: TestHotel) => {
    for (const event of await charges(hotel)) await noticeLowBalance(db, event)
  }

  it('is told once for each time it is crossed, not for each charge', async () => {
    const hotel = await makeHotel(db)
    for (const left of [51, 50, 49, 10]) {
      await leaveCredits(db, hotel, left)
      await deliverAll(hotel)
      expect(await mailsOf(hotel)).toHaveLength(left > 50 ? 0 : 1)
    }
    const [mail] = await mailsOf(hotel)
    expect(mail?.subject).toContain('50')
    expect(mail?.recipients.map(({ email }) => email).toSorted()).toEqual(emailsOf(hotel, 'MANAGER', 'ADMIN', 'OWNER'))

    // Too few to rise over the threshold: it is still the same low balance.
    await buy(hotel, 30, new Date())
    await leaveCredits(db, hotel, 20)
    await deliverAll(hotel)
    expect(await mailsOf(hotel)).toHaveLength(1)

    await buy(hotel, 100, new Date())
    await leaveCredits(db, hotel, 20)
    await Promise.all([deliverAll(hotel), deliverAll(hotel)])
    expect(await mailsOf(hotel)).toHaveLength(2)
    await expectHandedIn(hotel)
  })

  it('is not told where credits are bought automatically', async () => {
    const hotel = await makeHotel(db)
    await contextFor(db, hotel).db.transaction((tx) =>
      tx.aiCreditAccount.updateMany({ where: { tenantId: hotel.tenant.id }, data: { autoPurchaseEnabled: true } }),
    )
    await leaveCredits(db, hotel, 10)
    await deliverAll(hotel)
    expect(await mailsOf(hotel)).toEqual([])
  })
})
