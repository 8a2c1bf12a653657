import { randomUUID } from 'node:crypto'
import Stripe from 'stripe'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { PurchaseBody } from '#shared/schemas/payments'
import { applyNews, ownNews } from '../../../server/domains/payments/apply-payment'
import { buyCredits } from '../../../server/domains/payments/buy-credits'
import { chargePurchase } from '../../../server/domains/payments/charge-card'
import { syncSavedCard } from '../../../server/domains/payments/cards/sync-saved-card'
import type { PurchaseRow } from '../../../server/domains/payments/new-purchase'
import { reconcilePurchases } from '../../../server/domains/payments/reconcile'
import { ensureStripeCustomer } from '../../../server/domains/payments/stripe-customers'
import { verifyPayments } from '../../../server/domains/payments/verify-payments'
import { receiveStripeEvent } from '../../../server/domains/payments/webhooks/receive-event'
import type { Context } from '../../../server/utils/context'
import { sqlState } from '../../../server/utils/db'
import { newId } from '../../../server/utils/ids'
import { logger } from '../../../server/utils/logger'
import { expectRight, readBooks } from '../../support/books'
import { ownDatabase, type TestDatabase } from '../../support/database'
import { contextFor, makeHotel, type TestHotel } from '../../support/hotel'
import { packages } from '../../support/payments'
import { intentIdOf, openPurchase, signatureOf } from '../../support/purchases'
import { startTestStripe, type TestStripe } from '../../support/stripe'

/** What can go wrong between a purchase's attempts, seen without a server. */
describe('an attempt to buy', () => {
  let db: TestDatabase
  let stripe: TestStripe
  let hotel: TestHotel
  let ctx: Context
  const { level } = logger
  beforeAll(async () => {
    logger.level = 'silent'
    db = await ownDatabase()
    stripe = await startTestStripe()
    await stripe.webhooks({ paused: true })
    const settings = { DATABASE_APP_URL: db.urls.appUrl, DATABASE_JOBS_URL: db.urls.jobsUrl, ...stripe.env }
    for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
    hotel = await makeHotel(db)
    ctx = contextFor(db, hotel)
  })
  afterEach(() => stripe.clearFaults())
  afterAll(async () => {
    logger.level = level
    vi.unstubAllEnvs()
    await stripe.stop()
    await db.close()
  })

  const asked: PurchaseBody = {
    packageId: packages.small.id,
    paymentMethod: 'stripe',
    paymentDetails: { stripePaymentMethodId: 'pm_card_visa' },
  }
  const buy = (body: PurchaseBody, idempotencyKey: string) => buyCredits(ctx, { body, idempotencyKey })
  const charges = async () => (await stripe.state()).charges.filter(({ status }) => status === 'succeeded').length
  const statusOf = async (id: string) =>
    (await db.owner.query<{ status: string }>('SELECT status FROM credit_purchases WHERE id = $1', [id])).rows[0]
      ?.status
  const figures = (purchase: PurchaseRow) => ({
    intentId: intentIdOf(purchase),
    customerId: purchase.stripeCustomerId,
    amountYen: purchase.totalYen,
    currency: 'jpy',
  })
  const intents = { path: '/v1/payment_intents', method: 'POST' }

  it.each<[string, PurchaseBody]>([
    ['another package', { ...asked, packageId: packages.middle.id }],
    ['an invoice', { ...asked, paymentMethod: 'invoice' }],
    ['another card', { ...asked, paymentDetails: { stripePaymentMethodId: 'pm_card_mastercard' } }],
  ])('that failed does not charge what it asked for when its key comes again with %s', async (_name, other) => {
    const key = randomUUID()
    const before = await charges()
    await stripe.fault({ ...intents, kind: 'cut-before', times: 10 })
    await expect(buy(asked, key)).rejects.toMatchObject({ code: 'PAYMENT_PROVIDER_UNAVAILABLE' })
    await stripe.clearFaults()
    await expect(buy(other, key)).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' })
    expect(await charges()).toBe(before)
    expect((await buy(asked, key)).payment.paymentStatus).toBe('completed')
    expect(await charges()).toBe(before + 1)
    expectRight(await readBooks(db, hotel.tenant.id))
  })

  it('is found by the reconciliation behind a hundred that Stripe will not speak of', async () => {
    const now = new Date()
    const old = contextFor(db, hotel, { now: new Date(now.getTime() - 3_600_000) })
    for (let count = 0; count < 100; count++) {
      const lost = await openPurchase(old)
      await db.owner.query('UPDATE credit_purchases SET stripe_payment_intent_id = $2 WHERE id = $1', [
        lost.id,
        intentIdOf(lost),
      ])
    }
    const open = await openPurchase(contextFor(db, hotel, { now: new Date(now.getTime() - 1_800_000) }))
    const { signal } = new AbortController()
    await reconcilePurchases(db, now, signal)
    await reconcilePurchases(db, now, signal)
    expect(await statusOf(open.id)).toBe('CANCELED')
  })

  it('whose end comes while the books are compared is no difference', async () => {
    const answer = await buy(asked, randomUUID())
    const { transactionId: id } = answer.purchase
    const now = new Date()
    // As if it were an hour old, and its news of this moment.
    const aged = { list: () => agedIntents() } as unknown as Stripe.PaymentIntentResource
    async function* agedIntents() {
      for (const intent of (await stripe.state()).payment_intents)
        if (intent.metadata.purchase_id === id) yield { ...intent, created: intent.created - 3600 }
    }
    await db.owner.query('UPDATE credit_purchases SET updated_at = $2 WHERE id = $1', [id, now])
    const { differences } = await verifyPayments(db, { paymentIntents: aged } as Stripe, now)
    expect(differences.filter(({ entityId, kept }) => entityId === id || kept === id)).toEqual([])
    expect((await verifyPayments(db, stripe.client, now)).intents).toBeGreaterThan(0)
  })

  it('that was authenticated a moment ago, an hour after it was begun, is no difference yet, and one a while later', async () => {
    const purchase = await openPurchase(ctx)
    const now = new Date(Date.now() + 1000)
    const charged = (secondsAgo: number) => ({
      id: intentIdOf(purchase),
      status: 'succeeded',
      amount_received: purchase.totalYen,
      created: now.getTime() / 1000 - 3600,
      latest_charge: { created: now.getTime() / 1000 - secondsAgo },
      metadata: { purchase_id: purchase.id, tenant_id: purchase.tenantId },
    })
    await applyNews(ctx, purchase.id, { ...ownNews('requires_action'), ...figures(purchase) }, 'webhook')
    const statusDiffers = async (secondsAgo: number) => {
      const list = () => [charged(secondsAgo)] as unknown as Stripe.ApiListPromise<Stripe.PaymentIntent>
      const { differences } = await verifyPayments(db, { paymentIntents: { list } } as unknown as Stripe, now)
      return differences.some(({ entityId, figure }) => entityId === intentIdOf(purchase) && figure === 'status')
    }
    expect(await statusDiffers(5)).toBe(false)
    expect(await statusDiffers(600)).toBe(true)
  })

  it('that is sent twice at once is charged once: its id is Stripe’s key', async () => {
    const stripeCustomerId = await ensureStripeCustomer(ctx)
    const purchase = await openPurchase(ctx, { stripeCustomerId })
    await Promise.allSettled([chargePurchase(ctx, purchase), chargePurchase(ctx, purchase)])
    const taken = (await stripe.state()).charges.filter(({ metadata }) => metadata.purchase_id === purchase.id)
    expect(taken.map(({ amount, status }) => [amount, status])).toEqual([[purchase.totalYen, 'succeeded']])
    expect(await statusOf(purchase.id)).toBe('COMPLETED')
  })

  it('of the auto-purchase is the only one in flight, also for code that forgets to ask', async () => {
    const own = contextFor(db, await makeHotel(db))
    const attempt = () => openPurchase(own, { source: 'auto_purchase', paymentMethod: 'stored_card' })
    const first = await attempt()
    expect(await attempt().catch(sqlState)).toBe('23505')
    await applyNews(own, first.id, ownNews('canceled'), 'task')
    expect((await attempt()).status).toBe('CREATED')
  })

  it('whose card is kept asks Stripe for it in a job, not where events are told', async () => {
    const { id: tenantId } = hotel.tenant
    const event = { tenantId, id: newId(), eventType: 'credits.purchase_completed', payload: { saveCard: true } }
    const before = (await stripe.requests()).length
    await syncSavedCard(db, event)
    await syncSavedCard(db, event)
    expect(await stripe.requests()).toHaveLength(before)
    const { rowCount } = await db.owner.query('SELECT FROM graphile_worker._private_jobs WHERE key = $1', [
      `cards:${tenantId}`,
    ])
    expect(rowCount).toBe(1)
  })

  it('is followed by news of its card, which are asked about once however often they come', async () => {
    const customer = await ensureStripeCustomer(ctx)
    const event = { id: `evt_${randomUUID()}`, object: 'event', type: 'payment_method.attached', created: 1 }
    const body = Buffer.from(JSON.stringify({ ...event, data: { object: { id: 'pm_1', customer } } }))
    const signature = signatureOf(body.toString(), { secret: stripe.env.STRIPE_WEBHOOK_SECRET })
    const hear = () =>
      receiveStripeEvent(db, { body, signature, now: new Date(), signal: new AbortController().signal })
    const lookedUp = async () => (await stripe.requests()).filter(({ path }) => path === '/v1/payment_methods').length
    await hear()
    const once = await lookedUp()
    expect(once).toBeGreaterThan(0)
    await hear()
    expect(await lookedUp()).toBe(once)
  })
})
