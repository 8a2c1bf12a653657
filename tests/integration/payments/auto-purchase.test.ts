import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { AutoPurchaseBody } from '#shared/schemas/payments'
import { settleHold } from '../../../server/domains/credits/settle-hold'
import { attemptPurchase } from '../../../server/domains/payments/auto-purchase/attempt-purchase'
import { awaitPurchase } from '../../../server/domains/payments/auto-purchase/await-purchase'
import { listDecisions } from '../../../server/domains/payments/auto-purchase/log'
import { getAutoPurchase, setAutoPurchase } from '../../../server/domains/payments/auto-purchase/settings'
import { reconcilePurchase } from '../../../server/domains/payments/reconcile'
import { syncCards } from '../../../server/domains/payments/cards/sync-cards'
import { ensureStripeCustomer } from '../../../server/domains/payments/stripe-customers'
import { reserveRun } from '../../../server/domains/ai/reserve-run'
import type { Context } from '../../../server/utils/context'
import { subscribersOf } from '../../../server/utils/domain-events'
import { useRuntime } from '../../../server/utils/runtime'
import { rightBooks } from '../../support/books'
import { ownDatabase, type TestDatabase } from '../../support/database'
import { contextFor, makeHotel, type TestHotel } from '../../support/hotel'
import { startTestStripe, type TestStripe } from '../../support/stripe'
import { leaveCredits } from '../ai/run'

let db: TestDatabase
let stripe: TestStripe
beforeAll(async () => {
  db = await ownDatabase()
  stripe = await startTestStripe()
  await stripe.webhooks({ paused: true })
  const settings = { DATABASE_APP_URL: db.urls.appUrl, DATABASE_JOBS_URL: db.urls.jobsUrl, ...stripe.env }
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
})
afterAll(async () => {
  await useRuntime().db.close()
  vi.unstubAllEnvs()
  await stripe.stop()
  await db.close()
})

const usual: AutoPurchaseBody = { enabled: true, threshold: 50, purchaseAmount: 500, monthlyCapYen: null }
/** What 500 credits cost with tax. */
const price = 6050

/** What the job runs, at any instant. */
const asJob = (hotel: TestHotel, now = new Date()): Context => ({
  ...contextFor(db, hotel, { now }),
  actor: { kind: 'system', task: 'payments.auto-purchase' },
})
const minutesLater = (from: Date, minutes: number) => new Date(from.getTime() + minutes * 60_000)

async function storeCard(hotel: TestHotel, card = 'pm_card_visa'): Promise<void> {
  const ctx = contextFor(db, hotel, { role: 'ADMIN' })
  await stripe.client.paymentMethods.attach(card, { customer: await ensureStripeCustomer(ctx) })
  await syncCards(ctx)
}

/** A card that was good when it was stored, and is refused with this one's answer since. */
async function spoilCard(hotel: TestHotel, card: string): Promise<void> {
  await db.owner.query('UPDATE payment_methods SET stripe_payment_method_id = $2 WHERE tenant_id = $1', [
    hotel.tenant.id,
    card,
  ])
}

/** A hotel with a card, its auto-purchase on and its credits at so many. */
async function hotelAt(
  left: number,
  { settings = {}, card = 'pm_card_visa' }: { settings?: Partial<AutoPurchaseBody>; card?: string } = {},
): Promise<TestHotel> {
  const hotel = await makeHotel(db)
  await storeCard(hotel, card)
  await leaveCredits(db, hotel, left)
  await setAutoPurchase(contextFor(db, hotel, { role: 'ADMIN' }), { ...usual, ...settings })
  return hotel
}

/** What confirmCardPayment does with the link's secret, and the person who says yes. */
async function finishInBrowser(intent: string): Promise<void> {
  const { last_payment_error: error } = await stripe.client.paymentIntents.retrieve(intent)
  await stripe.client.paymentIntents.confirm(intent, { payment_method: error?.payment_method?.id })
  await stripe.authenticate(intent, true)
}

interface Row {
  id: string
  status: string
  total_yen: number
}
const purchasesOf = async (hotel: TestHotel) =>
  (
    await db.owner.query<Row>(
      'SELECT id, status, total_yen FROM credit_purchases WHERE tenant_id = $1 ORDER BY created_at, id',
      [hotel.tenant.id],
    )
  ).rows
const statusesOf = async (hotel: TestHotel) => (await purchasesOf(hotel)).map(({ status }) => status)
/** As the settings page reads it, the oldest first. */
const decisionsOf = async (hotel: TestHotel) =>
  (await listDecisions(contextFor(db, hotel), { limit: 200 })).decisions.map(({ decision }) => decision).toReversed()
const chargesOf = async (purchases: Row[]) =>
  (await stripe.state()).charges.filter(
    ({ metadata, status }) => status === 'succeeded' && purchases.some(({ id }) => id === metadata.purchase_id),
  )

/** Books right, and Stripe has taken once for each purchase whose credits were granted. */
async function expectPaidBooks(hotel: TestHotel): Promise<void> {
  await rightBooks(db, hotel.tenant.id)
  const purchases = await purchasesOf(hotel)
  const completed = purchases.filter(({ status }) => status === 'COMPLETED')
  expect((await chargesOf(purchases)).map(({ amount }) => amount)).toEqual(completed.map((row) => row.total_yen))
}

describe('an attempt', () => {
  it('buys the smallest package that covers the amount, once, and says so', async () => {
    const hotel = await hotelAt(50)
    expect(await attemptPurchase(asJob(hotel))).toBe('STARTED')
    expect(await attemptPurchase(asJob(hotel))).toBe('NONE')
    expect(await purchasesOf(hotel)).toMatchObject([{ status: 'COMPLETED', total_yen: price }])
    expect(await decisionsOf(hotel)).toEqual(['STARTED', 'BOUGHT'])
    const { account } = await rightBooks(db, hotel.tenant.id)
    expect(account).toMatchObject({ current_balance: 550, total_purchased_credits: 500 })
    await expectPaidBooks(hotel)
  })

  it('buys nothing above the threshold, and nothing where it is off', async () => {
    const above = await hotelAt(51)
    const off = await hotelAt(0, { settings: { enabled: false } })
    for (const hotel of [above, off]) {
      expect(await attemptPurchase(asJob(hotel))).toBe('NONE')
      expect(await purchasesOf(hotel)).toEqual([])
      expect(await decisionsOf(hotel)).toEqual([])
    }
  })

  it('closes a wide gap with one charge', async () => {
    const hotel = await hotelAt(0, { settings: { threshold: 1500, purchaseAmount: 100 } })
    expect(await attemptPurchase(asJob(hotel))).toBe('STARTED')
    expect((await rightBooks(db, hotel.tenant.id)).account.current_balance).toBe(2000)
  })

  it('is one, however many begin at once', async () => {
    const hotel = await hotelAt(10)
    const decisions = await Promise.all(Array.from({ length: 20 }, () => attemptPurchase(asJob(hotel))))
    expect(decisions.filter((decision) => decision === 'STARTED')).toHaveLength(1)
    expect(await statusesOf(hotel)).toEqual(['COMPLETED'])
    await expectPaidBooks(hotel)
  })

  it('leaves ten minutes to the one before', async () => {
    const hotel = await hotelAt(50)
    const first = new Date()
    await attemptPurchase(asJob(hotel, first))
    await leaveCredits(db, hotel, 50)
    expect(await attemptPurchase(asJob(hotel, new Date(minutesLater(first, 10).getTime() - 1)))).toBe('TOO_SOON')
    expect(await attemptPurchase(asJob(hotel, minutesLater(first, 10)))).toBe('STARTED')
    expect(await statusesOf(hotel)).toEqual(['COMPLETED', 'COMPLETED'])
    await expectPaidBooks(hotel)
  })

  it('writes the same refusal once an hour', async () => {
    const hotel = await hotelAt(50)
    await db.owner.query('UPDATE payment_methods SET exp_year = 2020 WHERE tenant_id = $1', [hotel.tenant.id])
    const start = new Date()
    for (const minutes of [0, 5, 10, 59, 60, 65])
      expect(await attemptPurchase(asJob(hotel, minutesLater(start, minutes)))).toBe('NO_CARD')
    const { decisions } = await listDecisions(contextFor(db, hotel), { limit: 50 })
    expect(decisions.map(({ decision, reason }) => [decision, reason])).toEqual([
      ['NO_CARD', 'EXPIRED'],
      ['NO_CARD', 'EXPIRED'],
    ])
    expect(decisions[0]?.message).toContain('有効期限が切れている')
  })
})

describe('the monthly cap', () => {
  it('is kept to the yen, and begins anew at midnight of the first in Japan', async () => {
    const hotel = await hotelAt(50, { settings: { monthlyCapYen: 2 * price } })
    // 2027-01-31 23:20 to 2027-02-01 00:00 in Tokyo, where UTC is still in January.
    const start = new Date('2027-01-31T14:20:00Z')
    const decide = async (minutes: number) => {
      const decision = await attemptPurchase(asJob(hotel, minutesLater(start, minutes)))
      if (decision === 'STARTED') await leaveCredits(db, hotel, 50)
      return decision
    }
    expect(await decide(0)).toBe('STARTED')
    expect(await decide(10)).toBe('STARTED')
    expect(await decide(20)).toBe('CAP_REACHED')
    expect(await decide(39)).toBe('CAP_REACHED')
    expect(await decide(40)).toBe('STARTED')
    expect(await getAutoPurchase(contextFor(db, hotel, { now: minutesLater(start, 39) }))).toMatchObject({
      spentThisMonthYen: 2 * price,
    })
    expect(await getAutoPurchase(contextFor(db, hotel, { now: minutesLater(start, 40) }))).toMatchObject({
      spentThisMonthYen: price,
    })
    expect(await decisionsOf(hotel)).toEqual([
      ...['STARTED', 'BOUGHT', 'STARTED', 'BOUGHT'],
      'CAP_REACHED',
      ...['STARTED', 'BOUGHT'],
    ])
    await expectPaidBooks(hotel)
  })

  it('does not count what was refused', async () => {
    const hotel = await hotelAt(50, { settings: { monthlyCapYen: price }, card: 'pm_card_chargeCustomerFail' })
    const start = new Date()
    expect(await attemptPurchase(asJob(hotel, start))).toBe('STARTED')
    expect(await attemptPurchase(asJob(hotel, minutesLater(start, 10)))).toBe('STARTED')
    expect(await statusesOf(hotel)).toEqual(['FAILED', 'FAILED'])
  })
})

describe('refusals of the bank', () => {
  it('switch it off at the third in a row', async () => {
    const hotel = await hotelAt(50, { card: 'pm_card_chargeCustomerFail' })
    const start = new Date()
    for (const minutes of [0, 10, 20, 30]) await attemptPurchase(asJob(hotel, minutesLater(start, minutes)))
    expect(await statusesOf(hotel)).toEqual(['FAILED', 'FAILED', 'FAILED'])
    expect(await decisionsOf(hotel)).toEqual([
      ...['STARTED', 'FAILED', 'STARTED', 'FAILED', 'STARTED', 'FAILED'],
      'SWITCHED_OFF',
    ])
    expect(await getAutoPurchase(contextFor(db, hotel))).toMatchObject({
      enabled: false,
      failures: 3,
      stoppedReason: 'THREE_FAILURES',
      spentThisMonthYen: 0,
    })
    await expectPaidBooks(hotel)
  })

  it('count in a row: a success between them begins anew', async () => {
    const hotel = await hotelAt(50)
    const start = new Date()
    const [bad, good] = ['pm_card_chargeCustomerFail', 'pm_card_visa']
    for (const [index, card] of [bad, bad, good, bad, bad].entries()) {
      await spoilCard(hotel, card)
      expect(await attemptPurchase(asJob(hotel, minutesLater(start, 10 * index)))).toBe('STARTED')
      if (card === good) await leaveCredits(db, hotel, 50)
    }
    expect(await statusesOf(hotel)).toEqual(['FAILED', 'FAILED', 'COMPLETED', 'FAILED', 'FAILED'])
    expect(await getAutoPurchase(contextFor(db, hotel))).toMatchObject({ enabled: true, failures: 2 })
  })

  it('begin to count anew after a success and when it is switched on again', async () => {
    const hotel = await hotelAt(50, { card: 'pm_card_chargeCustomerFail' })
    const start = new Date()
    for (const minutes of [0, 10, 20]) await attemptPurchase(asJob(hotel, minutesLater(start, minutes)))
    await storeCard(hotel)
    await db.owner.query(`UPDATE payment_methods p SET is_default = false WHERE tenant_id = $1`, [hotel.tenant.id])
    await db.owner.query(`UPDATE payment_methods SET is_default = true WHERE tenant_id = $1 AND last4 = '4242'`, [
      hotel.tenant.id,
    ])
    const on = await setAutoPurchase(contextFor(db, hotel, { role: 'ADMIN' }), usual)
    expect(on).toMatchObject({ enabled: true, failures: 0, stoppedReason: null, stoppedMessage: null })
    expect(await attemptPurchase(asJob(hotel, minutesLater(start, 30)))).toBe('STARTED')
    expect(await statusesOf(hotel)).toEqual(['FAILED', 'FAILED', 'FAILED', 'COMPLETED'])
  })

  it.each(['pm_card_chargeDeclinedLostCard', 'pm_card_chargeDeclinedStolenCard'])(
    'of %s switch it off at once, and name no reason that is the bank’s to tell',
    async (card) => {
      const hotel = await hotelAt(50)
      await spoilCard(hotel, card)
      expect(await attemptPurchase(asJob(hotel))).toBe('STARTED')
      expect(await statusesOf(hotel)).toEqual(['FAILED'])
      expect(await decisionsOf(hotel)).toEqual(['STARTED', 'FAILED', 'SWITCHED_OFF'])
      const settings = await getAutoPurchase(contextFor(db, hotel))
      expect(settings).toMatchObject({ enabled: false, failures: 1, stoppedReason: 'CARD_REFUSED' })
      const shown = JSON.stringify([settings, await listDecisions(contextFor(db, hotel), { limit: 50 })])
      expect(shown).not.toMatch(/lost|stolen|紛失|盗難/)
      expect(await attemptPurchase(asJob(hotel, minutesLater(new Date(), 10)))).toBe('NONE')
    },
  )
})

describe('a bank that asks for its customer', () => {
  it('is waited for, with none beside it, and grants when the person has answered', async () => {
    const hotel = await hotelAt(50, { card: 'pm_card_authenticationRequired' })
    const start = new Date()
    expect(await attemptPurchase(asJob(hotel, start))).toBe('STARTED')
    expect(await statusesOf(hotel)).toEqual(['REQUIRES_ACTION'])
    // No spend waits for a person.
    expect(await awaitPurchase(contextFor(db, hotel))).toBe(false)
    expect(await attemptPurchase(asJob(hotel, minutesLater(start, 20)))).toBe('IN_FLIGHT')

    const { rows } = await db.owner.query<{ id: string; intent: string }>(
      'SELECT id, stripe_payment_intent_id AS intent FROM credit_purchases WHERE tenant_id = $1',
      [hotel.tenant.id],
    )
    const [open] = rows
    await finishInBrowser(String(open?.intent))
    expect(await reconcilePurchase(asJob(hotel, minutesLater(start, 30)), String(open?.id))).toBe('COMPLETED')
    expect(await decisionsOf(hotel)).toEqual(['STARTED', 'NEEDS_AUTHENTICATION', 'IN_FLIGHT', 'BOUGHT'])
    await expectPaidBooks(hotel)
  })
})

describe('a spend that does not fit', () => {
  const spend = async (hotel: TestHotel, amount: number) => {
    const ctx = contextFor(db, hotel)
    const hold = await reserveRun(ctx, { amount, functionType: 'chatbot' })
    return settleHold(ctx, { holdId: hold.holdId, amount })
  }

  it('waits for the purchase that is due, and then goes through', async () => {
    const hotel = await hotelAt(5)
    expect(await spend(hotel, 20)).toMatchObject({ outcome: 'SETTLED', available: 485 })
    expect(await statusesOf(hotel)).toEqual(['COMPLETED'])
  })

  it('waits for one purchase together with all the others', async () => {
    const hotel = await hotelAt(1)
    await stripe.fault({ kind: 'delay', path: '/v1/payment_intents', method: 'POST', delayMs: 300 })
    await Promise.all(Array.from({ length: 50 }, () => spend(hotel, 2)))
    expect(await statusesOf(hotel)).toEqual(['COMPLETED'])
    expect((await rightBooks(db, hotel.tenant.id)).account.current_balance).toBe(401)
    await expectPaidBooks(hotel)
  })

  it('is refused as always when the purchase is refused, and does not try another', async () => {
    const hotel = await hotelAt(5, { card: 'pm_card_chargeCustomerFail' })
    await expect(spend(hotel, 20)).rejects.toMatchObject({ code: 'INSUFFICIENT_CREDITS' })
    await expect(spend(hotel, 20)).rejects.toMatchObject({ code: 'INSUFFICIENT_CREDITS' })
    expect(await statusesOf(hotel)).toEqual(['FAILED'])
  })

  it('is refused at once where none is due', async () => {
    const hotel = await hotelAt(5, { settings: { enabled: false } })
    await expect(spend(hotel, 20)).rejects.toMatchObject({ code: 'INSUFFICIENT_CREDITS' })
    expect(await purchasesOf(hotel)).toEqual([])
  })

  it('ends when its person leaves, and the purchase goes on', async () => {
    const hotel = await hotelAt(5)
    await stripe.fault({ kind: 'delay', path: '/v1/payment_intents', method: 'POST', delayMs: 1000 })
    const leaving = new AbortController()
    const before = performance.now()
    const waiting = awaitPurchase({ ...contextFor(db, hotel), signal: leaving.signal })
    leaving.abort()
    expect(await waiting).toBe(false)
    expect(performance.now() - before).toBeLessThan(900)
    expect(await awaitPurchase(contextFor(db, hotel))).toBe(true)
    expect(await statusesOf(hotel)).toEqual(['COMPLETED'])
  })
})

describe('the settings', () => {
  it('are refused where it could never buy', async () => {
    const hotel = await makeHotel(db)
    const ctx = contextFor(db, hotel, { role: 'ADMIN' })
    await expect(setAutoPurchase(ctx, usual)).rejects.toMatchObject({ code: 'AUTO_PURCHASE_NEEDS_CARD' })
    await storeCard(hotel)
    await expect(setAutoPurchase(ctx, { ...usual, purchaseAmount: 10_001 })).rejects.toMatchObject({
      code: 'AUTO_PURCHASE_NO_PACKAGE',
      details: { credits: 10_001, largest: 10_000 },
    })
    await expect(setAutoPurchase(ctx, { ...usual, threshold: 10_000 })).rejects.toMatchObject({
      code: 'AUTO_PURCHASE_NO_PACKAGE',
      details: { credits: 10_001 },
    })
    await expect(setAutoPurchase(ctx, { ...usual, monthlyCapYen: price - 1 })).rejects.toMatchObject({
      code: 'AUTO_PURCHASE_CAP_TOO_LOW',
      details: { capYen: price - 1, totalYen: price },
    })
    expect(await setAutoPurchase(ctx, { ...usual, monthlyCapYen: price })).toMatchObject({
      enabled: true,
      package: { creditsAmount: 500, priceWithTaxYen: price },
    })
  })

  it('are audited with what they were', async () => {
    const hotel = await hotelAt(51)
    await setAutoPurchase(contextFor(db, hotel, { role: 'OWNER' }), { ...usual, enabled: false, threshold: 80 })
    const { rows } = await db.owner.query(
      `SELECT user_id, before, after FROM system_events
        WHERE tenant_id = $1 AND event_type = 'credits.auto_purchase_changed' ORDER BY created_at DESC LIMIT 1`,
      [hotel.tenant.id],
    )
    expect(rows[0]).toMatchObject({
      user_id: hotel.people.OWNER.id,
      before: { enabled: true, threshold: 50 },
      after: { enabled: false, threshold: 80 },
    })
  })
})

describe('an attempt that died', () => {
  it('is finished by the next run: Stripe had charged', async () => {
    const hotel = await hotelAt(50)
    const start = new Date()
    // The answer never comes, as to a server that was killed.
    await stripe.fault({ kind: 'cut-after', path: '/v1/payment_intents', method: 'POST', times: 10 })
    await expect(attemptPurchase(asJob(hotel, start))).rejects.toThrow()
    await stripe.clearFaults()
    expect(await statusesOf(hotel)).toEqual(['CREATED'])
    expect(await attemptPurchase(asJob(hotel, minutesLater(start, 1)))).toBe('NONE')
    expect(await statusesOf(hotel)).toEqual(['COMPLETED'])
    await expectPaidBooks(hotel)
  })

  it('is sent again by the next run: Stripe had never heard of it', async () => {
    const hotel = await hotelAt(50)
    const start = new Date()
    await stripe.fault({ kind: 'cut-before', path: '/v1/payment_intents', method: 'POST', times: 10 })
    await expect(attemptPurchase(asJob(hotel, start))).rejects.toThrow()
    await stripe.clearFaults()
    // It might still be on its way.
    expect(await attemptPurchase(asJob(hotel, minutesLater(start, 1)))).toBe('IN_FLIGHT')
    expect(await attemptPurchase(asJob(hotel, minutesLater(start, 2)))).toBe('NONE')
    expect(await statusesOf(hotel)).toEqual(['COMPLETED'])
    await expectPaidBooks(hotel)
  })
})

describe('what is told', () => {
  /** All that has happened since it was switched on, told to whoever listens, and once more as after a crash. */
  async function tell(hotel: TestHotel): Promise<void> {
    const { rows } = await db.owner.query<{ id: string; event_type: string; payload: Record<string, unknown> }>(
      `SELECT id, event_type, payload FROM outbox_events
        WHERE tenant_id = $1 AND created_at >= (SELECT max(created_at) FROM outbox_events
          WHERE tenant_id = $1 AND event_type = 'credits.auto_purchase_changed')
        ORDER BY created_at, id`,
      [hotel.tenant.id],
    )
    for (const { event_type: eventType, ...row } of [...rows, ...rows])
      for (const react of subscribersOf(eventType)) await react({ ...row, eventType, tenantId: hotel.tenant.id })
  }
  interface Mail {
    kind: string
    text: string
    recipients: { email: string }[]
  }
  const mailsOf = async (hotel: TestHotel) =>
    (
      await db.owner.query<Mail>(
        'SELECT kind, text, recipients FROM mail_messages WHERE tenant_id = $1 ORDER BY created_at, id',
        [hotel.tenant.id],
      )
    ).rows
  const emails = (mail: Mail | undefined) => mail?.recipients.map(({ email }) => email).toSorted()
  const emailsOf = ({ people }: TestHotel, ...roles: (keyof TestHotel['people'])[]) =>
    roles.map((role) => people[role].email).toSorted()

  it('of a purchase: a receipt to the managers', async () => {
    const hotel = await hotelAt(50)
    await attemptPurchase(asJob(hotel))
    await tell(hotel)
    const mails = await mailsOf(hotel)
    expect(mails.map(({ kind }) => kind)).toEqual(['autoPurchaseCompleted'])
    expect(mails[0]?.text).toContain('6,050円')
    expect(mails[0]?.text).toContain('Visa 下4桁 4242')
    expect(emails(mails[0])).toEqual(emailsOf(hotel, 'MANAGER', 'ADMIN', 'OWNER'))
  })

  it('of the third failure: one urgent alert, to those who can mend it', async () => {
    const hotel = await hotelAt(50, { card: 'pm_card_chargeCustomerFail' })
    const start = new Date()
    for (const minutes of [0, 10, 20]) await attemptPurchase(asJob(hotel, minutesLater(start, minutes)))
    await tell(hotel)
    const mails = await mailsOf(hotel)
    expect(mails.map(({ kind }) => kind)).toEqual(['autoPurchaseOff'])
    expect(mails[0]?.text).toContain('3回続けて')
    expect(mails[0]?.text).toContain('/settings/billing')
    expect(emails(mails[0])).toEqual(emailsOf(hotel, 'ADMIN', 'OWNER'))
    const { rows } = await db.owner.query(
      `SELECT after FROM system_events WHERE tenant_id = $1 AND event_type = 'alert.raised'`,
      [hotel.tenant.id],
    )
    expect(rows).toMatchObject([
      { after: { code: 'AUTO_PURCHASE_FAILED', severity: 'urgent', reason: 'THREE_FAILURES' } },
    ])
  })

  it('of a bank that asks: the link that finishes the purchase', async () => {
    const hotel = await hotelAt(50, { card: 'pm_card_authenticationRequired' })
    await attemptPurchase(asJob(hotel))
    await tell(hotel)
    const [purchase] = await purchasesOf(hotel)
    const mails = await mailsOf(hotel)
    expect(mails.map(({ kind }) => kind)).toEqual(['authenticationRequired'])
    expect(mails[0]?.text).toContain(`/settings/billing/authenticate/${String(purchase?.id)}`)
    expect(emails(mails[0])).toEqual(emailsOf(hotel, 'MANAGER', 'ADMIN', 'OWNER'))
  })

  it('of a purchase that cannot be made: that the credits run low, once', async () => {
    const hotel = await hotelAt(51)
    await leaveCredits(db, hotel, 40)
    await db.owner.query('UPDATE payment_methods SET exp_year = 2020 WHERE tenant_id = $1', [hotel.tenant.id])
    const start = new Date()
    for (const minutes of [0, 61, 122]) await attemptPurchase(asJob(hotel, minutesLater(start, minutes)))
    await tell(hotel)
    const mails = await mailsOf(hotel)
    expect(mails.map(({ kind }) => kind)).toEqual(['creditsLow'])
    expect(mails[0]?.text).toContain('40 クレジット')
  })

  it('of charges at the threshold: one attempt waits, however many ask for it', async () => {
    const hotel = await hotelAt(52)
    for (const left of [51, 50, 49, 48]) await leaveCredits(db, hotel, left)
    await tell(hotel)
    const { rows } = await db.owner.query<{ key: string }>(
      `SELECT key FROM graphile_worker._private_jobs WHERE key = $1`,
      [`auto-purchase:${hotel.tenant.id}`],
    )
    expect(rows).toHaveLength(1)
    // It was on: nobody is told to buy.
    expect(await mailsOf(hotel)).toEqual([])
  })
})
