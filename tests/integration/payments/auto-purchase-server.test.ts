import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { reserveRun } from '../../../server/domains/ai/reserve-run'
import { settleHold } from '../../../server/domains/credits/settle-hold'
import { grantStatement, type GrantRow } from '../../../server/domains/credits/statements'
import { listDecisions } from '../../../server/domains/payments/auto-purchase/log'
import { setAutoPurchase } from '../../../server/domains/payments/auto-purchase/settings'
import { syncCards } from '../../../server/domains/payments/cards/sync-cards'
import { ensureStripeCustomer } from '../../../server/domains/payments/stripe-customers'
import { rightBooks } from '../../support/books'
import { ownDatabase, type TestDatabase } from '../../support/database'
import { contextFor, makeHotel, type TestHotel } from '../../support/hotel'
import { startServer, type TestServer } from '../../support/server'
import { startTestStripe, type TestStripe } from '../../support/stripe'
import { until } from '../../support/until'
import { leaveCredits } from '../ai/run'

/** The auto-purchase as it runs: the server's relay hears the charges, its worker buys, Stripe's stand-in is paid. */
let db: TestDatabase
let stripe: TestStripe
let server: TestServer
beforeAll(async () => {
  db = await ownDatabase({ poolSize: 40 })
  stripe = await startTestStripe()
  const settings = { DATABASE_APP_URL: db.urls.appUrl, DATABASE_JOBS_URL: db.urls.jobsUrl, ...stripe.env }
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
  server = await startServer({ database: db.urls, env: { ...stripe.env } })
  await stripe.deliverTo(server.url)
}, 300_000)
afterEach(async () => {
  await stripe.clearFaults()
  await stripe.webhooks({ paused: false })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await server.stop()
  await stripe.stop()
  await db.close()
})

/** With a stored card, so many credits and its auto-purchase on: 500 credits at or below the threshold. */
async function hotelAt(credits: number, threshold: number): Promise<TestHotel> {
  const hotel = await makeHotel(db)
  const admin = contextFor(db, hotel, { role: 'ADMIN' })
  await stripe.client.paymentMethods.attach('pm_card_visa', { customer: await ensureStripeCustomer(admin) })
  await syncCards(admin)
  await admin.db.call<GrantRow>(
    grantStatement({
      tenantId: hotel.tenant.id,
      source: 'BONUS',
      type: 'BONUS',
      amount: credits,
      unitPriceYen: '0',
      expiresAt: null,
      priority: 1,
      userId: null,
      description: null,
      referenceId: null,
      idempotencyKey: 'test',
      now: admin.now,
    }),
  )
  await leaveCredits(db, hotel, credits)
  await setAutoPurchase(admin, { enabled: true, threshold, purchaseAmount: 500, monthlyCapYen: null })
  return hotel
}

async function spend(hotel: TestHotel, amount: number): Promise<void> {
  const ctx = contextFor(db, hotel)
  const { holdId } = await reserveRun(ctx, { amount, functionType: 'chatbot' })
  expect(await settleHold(ctx, { holdId, amount })).toMatchObject({ outcome: 'SETTLED' })
}

const purchasesOf = async (hotel: TestHotel) =>
  (
    await db.owner.query<{ id: string; status: string }>(
      'SELECT id, status FROM credit_purchases WHERE tenant_id = $1 ORDER BY created_at, id',
      [hotel.tenant.id],
    )
  ).rows
const statusesOf = async (hotel: TestHotel) => (await purchasesOf(hotel)).map(({ status }) => status)

/** Nothing of the hotel's is left to be told or to be done. */
async function untilQuiet(hotel: TestHotel): Promise<void> {
  await until('the relay and the worker to come to rest', async () => {
    const { rows } = await db.owner.query<{ left: number }>(
      `SELECT (SELECT count(*) FROM outbox_events WHERE tenant_id = $1::uuid AND delivered_at IS NULL)::int
            + (SELECT count(*) FROM graphile_worker._private_jobs WHERE key = 'auto-purchase:' || $1::text
                 OR locked_at IS NOT NULL AND payload ->> 'tenantId' = $1::text)::int AS left`,
      [hotel.tenant.id],
    )
    return rows[0]?.left === 0
  })
}

/** What Stripe was asked for, and what it took. */
async function paymentsOf(hotel: TestHotel) {
  const { payment_intents: intents, charges } = await stripe.state()
  const isOurs = ({ metadata }: { metadata: Record<string, string> }) => metadata.tenant_id === hotel.tenant.id
  return {
    intents: intents.filter(isOurs).length,
    charged: charges.filter((charge) => isOurs(charge) && charge.status === 'succeeded').map(({ amount }) => amount),
  }
}

async function expectOnePurchase(hotel: TestHotel, balance: number): Promise<void> {
  expect(await statusesOf(hotel)).toEqual(['COMPLETED'])
  expect(await paymentsOf(hotel)).toEqual({ intents: 1, charged: [6050] })
  const books = await rightBooks(db, hotel.tenant.id)
  expect(books.account).toMatchObject({ current_balance: balance, held_credits: 0, total_purchased_credits: 500 })
  const { decisions } = await listDecisions(contextFor(db, hotel), { limit: 200 })
  const made = decisions.map(({ decision }) => decision)
  expect(made.filter((decision) => decision === 'STARTED')).toHaveLength(1)
  expect(made.filter((decision) => decision === 'BOUGHT')).toHaveLength(1)
  // Whatever else was decided meanwhile is written once and not two hundred times.
  expect(made.length).toBeLessThanOrEqual(4)
}

it('buys once when 200 spends at once cross the threshold', async () => {
  const hotel = await hotelAt(500, 300)
  await Promise.all(Array.from({ length: 200 }, () => spend(hotel, 2)))
  await until('the purchase', async () => (await statusesOf(hotel)).includes('COMPLETED'))
  await untilQuiet(hotel)
  await expectOnePurchase(hotel, 600)
})

it('buys once when 200 spends at once do not fit, on two servers, from a bank that takes its time', async () => {
  const hotel = await hotelAt(100, 50)
  await stripe.fault({ kind: 'delay', path: '/v1/payment_intents', method: 'POST', delayMs: 1500 })
  // This process is a server of its own: its spends wait here, while the other's worker hears of the charges.
  await Promise.all(Array.from({ length: 200 }, () => spend(hotel, 2)))
  await untilQuiet(hotel)
  await expectOnePurchase(hotel, 200)
})

it('charges once when the server is killed between charge and grant: the next one finds out what became of it', async () => {
  const hotel = await hotelAt(52, 50)
  // Stripe has charged and does not answer; nor does its webhook come.
  await stripe.webhooks({ paused: true })
  await stripe.fault({ kind: 'delay-after', path: '/v1/payment_intents', method: 'POST', delayMs: 15_000 })
  await spend(hotel, 2)
  await until('the charge', async () => (await paymentsOf(hotel)).charged.length === 1)
  await server.kill9()
  expect(await statusesOf(hotel)).toEqual(['CREATED'])
  await stripe.clearFaults()

  server = await startServer({ database: db.urls, env: { ...stripe.env } })
  await until('the next run', async () => (await statusesOf(hotel)).includes('COMPLETED'), 45_000)
  await untilQuiet(hotel)
  await expectOnePurchase(hotel, 550)
})
