import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { PurchaseBody, PurchaseResponse } from '#shared/schemas/payments'
import { applyNews, newsOf } from '../../../server/domains/payments/apply-payment'
import { reconcilePurchase, reconcilePurchases } from '../../../server/domains/payments/reconcile'
import { verifyPayments } from '../../../server/domains/payments/verify-payments'
import { expectRight, readBooks } from '../../support/books'
import { signIn, type Client } from '../../support/client'
import { ownDatabase, type TestDatabase } from '../../support/database'
import { contextFor, makeHotel, type TestHotel } from '../../support/hotel'
import { intentEvent, openPurchase } from '../../support/purchases'
import { startServer, type TestServer } from '../../support/server'
import { startTestStripe, type TestStripe } from '../../support/stripe'
import { until } from '../../support/until'

const smallest = '00000000-0000-7000-8000-000000000101'
const total = 1320

describe('a purchase by card', () => {
  let db: TestDatabase
  let stripe: TestStripe
  let server: TestServer
  let hotel: TestHotel
  let manager: Client
  beforeAll(async () => {
    db = await ownDatabase()
    stripe = await startTestStripe()
    for (const [name, value] of Object.entries({
      DATABASE_APP_URL: db.urls.appUrl,
      DATABASE_JOBS_URL: db.urls.jobsUrl,
      ...stripe.env,
    })) {
      vi.stubEnv(name, value)
    }
    server = await startServer({ database: db.urls, env: { ...stripe.env, STRIPE_TIMEOUT_MS: '2000' } })
    await stripe.deliverTo(server.url)
    hotel = await makeHotel(db)
    manager = await signIn(server.url, hotel.people.MANAGER.email)
  })
  afterEach(async () => {
    await stripe.clearFaults()
    await stripe.webhooks({ paused: false, delayMs: 0, duplicates: 0, shuffle: false })
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await server.stop()
    await stripe.stop()
    await db.close()
  })

  const body = (card: string, details: PurchaseBody['paymentDetails'] = {}): PurchaseBody => ({
    packageId: smallest,
    paymentMethod: 'stripe',
    paymentDetails: { stripePaymentMethodId: card, ...details },
    metadata: { source: 'dashboard' },
  })
  const post = (json: PurchaseBody, key: string = randomUUID(), by = manager) =>
    by('/api/v1/credits/purchase', { json, headers: { 'idempotency-key': key } })
  async function buy(json: PurchaseBody, key?: string): Promise<PurchaseResponse> {
    const answer = await post(json, key)
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
    return (await answer.json()) as PurchaseResponse
  }
  const balance = async () => (await readBooks(db, hotel.tenant.id)).account.current_balance
  const rowsOf = async (id?: string) =>
    (
      await db.owner.query<{ id: string; status: string; transaction_id: string | null; decline_code: string | null }>(
        `SELECT id, status, transaction_id, decline_code FROM credit_purchases
          WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id = $2) ORDER BY created_at DESC, id DESC`,
        [hotel.tenant.id, id ?? null],
      )
    ).rows
  const chargesOf = async (purchaseId: string) =>
    (await stripe.state()).charges.filter(
      (charge) => charge.metadata.purchase_id === purchaseId && charge.status === 'succeeded',
    )
  /** Books right, and as much taken by Stripe as credits were granted for. */
  async function expectBooks() {
    expectRight(await readBooks(db, hotel.tenant.id))
    const { rows } = await db.owner.query<{ id: string; transaction_id: string | null }>(
      `SELECT id, transaction_id FROM credit_purchases WHERE tenant_id = $1 AND payment_method <> 'invoice'`,
      [hotel.tenant.id],
    )
    for (const { id, transaction_id: granted } of rows) {
      expect(
        (await chargesOf(id)).map((charge) => charge.amount),
        id,
      ).toEqual(granted ? [total] : [])
    }
  }

  it('that the bank accepts moves the balance at once', async () => {
    const before = await balance()
    const answer = await buy(body('pm_card_visa'))
    expect(answer).toMatchObject({
      purchase: { packageId: smallest, creditsAdded: 100, totalCost: total },
      payment: { paymentStatus: 'completed' },
      account: { newBalance: before + 100 },
    })
    expect(answer.purchase.discount).toBeUndefined()
    await expectBooks()
  })

  it.each([
    ['pm_card_chargeDeclined', 'generic_decline', /カード/],
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds', /残高|限度/],
    ['pm_card_chargeDeclinedLostCard', 'lost_card', /カード会社/],
    ['pm_card_chargeDeclinedExpiredCard', null, /有効期限/],
    ['pm_card_chargeDeclinedIncorrectCvc', null, /セキュリティコード/],
    ['pm_card_chargeDeclinedProcessingError', null, /./],
  ])('with %s fails in the customer’s words, and grants nothing', async (card, decline, words) => {
    const before = await balance()
    const answer = await buy(body(card))
    expect(answer.payment).toMatchObject({ paymentStatus: 'failed' })
    expect(answer.payment.errorMessage).toMatch(words)
    expect(answer.purchase.creditsAdded).toBe(0)
    expect(await balance()).toBe(before)
    const [row] = await rowsOf(answer.purchase.transactionId)
    expect(row?.status).toBe('FAILED')
    if (decline) expect(row?.decline_code).toBe(decline)
  })

  it('with a card Stripe does not know ends, and says so', async () => {
    const answer = await buy(body('pm_card_thatDoesNotExist'))
    expect(answer.payment.paymentStatus).toBe('failed')
    expect((await rowsOf(answer.purchase.transactionId))[0]?.status).toBe('FAILED')
  })

  it.each([true, false])('waits for 3-D Secure; the person accepts: %s', async (accepts) => {
    const before = await balance()
    const asked = await buy(body('pm_card_authenticationRequired'))
    expect(asked.payment).toMatchObject({
      paymentStatus: 'requires_action',
      clientSecret: expect.any(String) as string,
    })
    const intentId = String(asked.payment.paymentIntentId)
    await stripe.authenticate(intentId, accepts)
    // Two tabs, and the webhooks beside them.
    const answers = await Promise.all(
      [1, 2, 3].map(() => buy({ ...body('pm_card_visa'), paymentDetails: { stripePaymentIntentId: intentId } })),
    )
    for (const answer of answers) {
      expect(answer.purchase.transactionId).toBe(asked.purchase.transactionId)
      expect(answer.payment.paymentStatus).toBe(accepts ? 'completed' : 'failed')
    }
    expect(await balance()).toBe(before + (accepts ? 100 : 0))
    await expectBooks()
  })

  it('whose window is closed in the middle still ends right', async () => {
    const before = await balance()
    const asked = await buy(body('pm_card_authenticationRequired'))
    await stripe.authenticate(String(asked.payment.paymentIntentId), true)
    await until('the webhook to have come', async () => (await balance()) === before + 100)
    await expectBooks()
  })

  it('whose window is closed in the middle is found by the reconciliation when no webhook comes', async () => {
    await stripe.webhooks({ paused: true })
    const before = await balance()
    const asked = await buy(body('pm_card_authenticationRequired'))
    await stripe.authenticate(String(asked.payment.paymentIntentId), true)
    expect(await balance()).toBe(before)
    const later = new Date(Date.now() + 5 * 60_000)
    await reconcilePurchases(db, later, new AbortController().signal)
    expect(await balance()).toBe(before + 100)
    await expectBooks()
  })

  it('that nobody authenticates is given up, at Stripe too', async () => {
    const asked = await buy(body('pm_card_authenticationRequired'))
    const ctx = contextFor(db, hotel, { now: new Date(Date.now() + 24 * 3_600_000) })
    expect(await reconcilePurchase(ctx, asked.purchase.transactionId)).toBe('CANCELED')
    const intent = await stripe.client.paymentIntents.retrieve(String(asked.payment.paymentIntentId))
    expect(intent.status).toBe('canceled')
  })

  it('sent 20 times at once with one key is one purchase and one charge', async () => {
    const before = await balance()
    const key = randomUUID()
    const answers = await Promise.all(Array.from({ length: 20 }, () => buy(body('pm_card_visa'), key)))
    expect(new Set(answers.map((answer) => answer.purchase.transactionId)).size).toBe(1)
    expect(await balance()).toBe(before + 100)
    await expectBooks()
  })

  it('with another hotel’s intent, or a body that makes no sense, is refused', async () => {
    const asked = await buy(body('pm_card_authenticationRequired'))
    const other = await makeHotel(db)
    const stranger = await signIn(server.url, other.people.OWNER.email)
    const stolen = { ...body('pm_card_visa'), paymentDetails: { stripePaymentIntentId: asked.payment.paymentIntentId } }
    expect((await post(stolen, randomUUID(), stranger)).status).toBe(404)
    const staff = await signIn(server.url, hotel.people.STAFF.email)
    expect((await post(body('pm_card_visa'), randomUUID(), staff)).status).toBe(403)
    expect((await post({ ...body('pm_card_visa'), packageId: randomUUID() })).status).toBe(409)
    const withoutCard: PurchaseBody = { packageId: smallest, paymentMethod: 'stripe' }
    expect((await post(withoutCard)).status).toBe(400)
    const noCard = await post({ packageId: smallest, paymentMethod: 'stored_card' })
    expect(await noCard.json()).toMatchObject({ error: 'NO_STORED_CARD' })
    const withoutKey = await manager('/api/v1/credits/purchase', { json: body('pm_card_visa') })
    expect(await withoutKey.json()).toMatchObject({ error: 'IDEMPOTENCY_KEY_REQUIRED' })
  })

  describe('when Stripe', () => {
    const intents = { path: '/v1/payment_intents', method: 'POST' }
    it.each([
      ['fails once before the work', { kind: 'status', status: 500, times: 1 }],
      ['fails once after the work', { kind: 'status-after', status: 500, times: 1 }],
      ['is too busy once', { kind: 'status', status: 429, times: 1 }],
      ['cuts the line before the work', { kind: 'cut-before', times: 1 }],
      ['cuts the line after the charge', { kind: 'cut-after', times: 1 }],
      ['answers too slowly once, after the charge', { kind: 'delay-after', delayMs: 2500, times: 1 }],
    ] as const)('%s, the purchase succeeds or stays open, and asking again charges once', async (_name, fault) => {
      await stripe.webhooks({ paused: true })
      const before = await balance()
      const key = randomUUID()
      await stripe.fault({ ...intents, ...fault })
      const first = await post(body('pm_card_visa'), key)
      expect([200, 502]).toContain(first.status)
      await stripe.clearFaults()
      const answer = await buy(body('pm_card_visa'), key)
      expect(answer.payment.paymentStatus).toBe('completed')
      expect(await balance()).toBe(before + 100)
      await expectBooks()
    })

    it.each([
      ['took the money', 'cut-after', 100],
      ['never heard of it', 'cut-before', 0],
    ] as const)('is away for long and %s, the reconciliation finds out', async (_name, kind, credits) => {
      await stripe.webhooks({ paused: true })
      const before = await balance()
      await stripe.fault({ ...intents, kind, times: 10 })
      const refused = await post(body('pm_card_visa'))
      expect(await refused.json()).toMatchObject({ error: 'PAYMENT_PROVIDER_UNAVAILABLE' })
      await stripe.clearFaults()
      const [open] = await rowsOf()
      expect(open?.status).toBe('CREATED')
      await reconcilePurchases(db, new Date(Date.now() + 11 * 60_000), new AbortController().signal)
      expect((await rowsOf(open?.id))[0]?.status).toBe(credits ? 'COMPLETED' : 'CANCELED')
      expect(await balance()).toBe(before + credits)
      await expectBooks()
    })
  })

  it.each([
    ['before Stripe has heard of it', 'delay'],
    ['after the charge, before its answer', 'delay-after'],
  ] as const)('is not lost when the server is killed %s', async (_name, kind) => {
    await stripe.webhooks({ paused: true })
    const before = await balance()
    const victim = await startServer({ database: db.urls, env: { ...stripe.env } })
    const buyer = await signIn(victim.url, hotel.people.MANAGER.email)
    await stripe.fault({ path: '/v1/payment_intents', method: 'POST', kind, delayMs: 3000, times: 1 })
    const key = randomUUID()
    const lost = post(body('pm_card_visa'), key, buyer).catch(() => undefined)
    await until('Stripe to have been asked', async () => {
      const { faults } = (await stripe.state()) as unknown as { faults: unknown[] }
      return faults.length === 0
    })
    await victim.kill9()
    await lost
    // The same person tries again with the same key, on a server that lives.
    const answer = await buy(body('pm_card_visa'), key)
    expect(answer.payment.paymentStatus).toBe('completed')
    expect(await balance()).toBe(before + 100)
    await expectBooks()
  })

  it('keeps the card when asked to, and charges it later without the person', async () => {
    const saved = await buy(body('pm_card_mastercard', { saveCard: true }))
    expect(saved.payment.paymentStatus).toBe('completed')
    await until('the card to be there', async () => {
      const { rowCount } = await db.owner.query(
        'SELECT FROM payment_methods WHERE tenant_id = $1 AND is_default AND removed_at IS NULL',
        [hotel.tenant.id],
      )
      return rowCount === 1
    })
    const before = await balance()
    const answer = await buy({ packageId: smallest, paymentMethod: 'stored_card' })
    expect(answer.payment.paymentStatus).toBe('completed')
    expect(await balance()).toBe(before + 100)
    await expectBooks()
  })

  it('leaves books that agree with Stripe’s own, and one that does not is found', async () => {
    const later = new Date(Date.now() + 24 * 3_600_000)
    await reconcilePurchases(db, later, new AbortController().signal)
    const right = await verifyPayments(db, stripe.client, new Date(later.getTime() + 3 * 60_000))
    expect(right.differences).toEqual([])
    expect(right.intents).toBeGreaterThan(10)
    // Credits for money that Stripe never took.
    const ctx = contextFor(db, hotel, { now: later })
    const purchase = await openPurchase(ctx)
    const news = newsOf(intentEvent(purchase, 'payment_intent.succeeded').data.object)
    if (news) await applyNews(ctx, purchase.id, news, 'api')
    const wrong = await verifyPayments(db, stripe.client, new Date(later.getTime() + 3 * 60_000))
    expect(wrong.differences).toMatchObject([
      { entityId: purchase.id, figure: 'received by Stripe', kept: total, recomputed: 0 },
    ])
  })
})
