import type Stripe from 'stripe'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { HotelRole } from '#shared/schemas/identity'
import type { CardRemovedResponse, CardsResponse, CardSetupResponse } from '#shared/schemas/payments'
import { setDefaultCard } from '../../../server/domains/payments/cards/change-cards'
import { noticeExpiringCards } from '../../../server/domains/payments/cards/notice-expiring-cards'
import { syncCards } from '../../../server/domains/payments/cards/sync-cards'
import { ensureStripeCustomer } from '../../../server/domains/payments/stripe-customers'
import { signIn, type Client } from '../../support/client'
import { ownDatabase, type TestDatabase } from '../../support/database'
import { contextFor, makeHotel, type TestHotel } from '../../support/hotel'
import { startServer, type TestServer } from '../../support/server'
import { startTestStripe, type TestStripe } from '../../support/stripe'
import { until } from '../../support/until'

const path = '/api/v1/billing/cards'

describe('stored cards', () => {
  let db: TestDatabase
  let stripe: TestStripe
  let server: TestServer
  let hotel: TestHotel
  let admin: Client
  beforeAll(async () => {
    db = await ownDatabase()
    stripe = await startTestStripe()
    const env = { DATABASE_APP_URL: db.urls.appUrl, DATABASE_JOBS_URL: db.urls.jobsUrl, ...stripe.env }
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    server = await startServer({ database: db.urls, env: { ...stripe.env, STRIPE_TIMEOUT_MS: '2000' } })
    await stripe.deliverTo(server.url)
  })
  // The books are the API's own doing unless a test lets Stripe's news through.
  beforeEach(async () => {
    await stripe.webhooks({ paused: true })
    hotel = await makeHotel(db)
    admin = await as('ADMIN')
  })
  afterEach(() => stripe.clearFaults())
  afterAll(async () => {
    vi.unstubAllEnvs()
    await server.stop()
    await stripe.stop()
    await db.close()
  })

  const as = (role: HotelRole, of = hotel) => signIn(server.url, of.people[role].email)
  async function read<T>(answer: Response, status = 200): Promise<T> {
    expect(answer.status, answer.status === status ? '' : await answer.clone().text()).toBe(status)
    return (await answer.json()) as T
  }
  const list = async (by = admin) => (await read<CardsResponse>(await by(path))).cards
  const intentOf = (clientSecret: string) => clientSecret.slice(0, clientSecret.indexOf('_secret_'))

  /** As the browser does it: a SetupIntent from us, confirmed at Stripe. */
  async function setUp(card: string, by = admin): Promise<Stripe.SetupIntent> {
    const { clientSecret } = await read<CardSetupResponse>(await by(`${path}/setup`, { method: 'POST' }))
    return stripe.client.setupIntents.confirm(intentOf(clientSecret), { payment_method: card })
  }
  const keep = (setupIntentId: string, by = admin) => by(path, { json: { setupIntentId } })
  async function add(card: string, by = admin) {
    const { id } = await setUp(card, by)
    return (await read<CardsResponse>(await keep(id, by))).cards
  }
  const auditOf = async (id: string) =>
    (
      await db.owner.query<{ event_type: string }>(
        'SELECT event_type FROM system_events WHERE tenant_id = $1 AND entity_id = $2 ORDER BY created_at, id',
        [hotel.tenant.id, id],
      )
    ).rows.map((row) => row.event_type)
  const switchOnAutoPurchase = () =>
    db.owner.query('UPDATE ai_credit_accounts SET auto_purchase_enabled = true WHERE tenant_id = $1', [hotel.tenant.id])
  const autoPurchase = async () =>
    (
      await db.owner.query<{ on: boolean; reason: string | null }>(
        `SELECT auto_purchase_enabled AS on, auto_purchase_stopped_reason AS reason FROM ai_credit_accounts
          WHERE tenant_id = $1`,
        [hotel.tenant.id],
      )
    ).rows[0]

  it('are added with the bank’s consent; the first is the default, and who added it is on record', async () => {
    const [visa] = await add('pm_card_visa')
    expect(visa).toMatchObject({ brand: 'visa', last4: '4242', isDefault: true, isExpired: false })
    const cards = await add('pm_card_jcb')
    expect(cards.map(({ last4, isDefault }) => [last4, isDefault])).toEqual([
      ['4242', true],
      ['0505', false],
    ])
    expect(await auditOf(visa?.id ?? '')).toEqual(['payments.card_added', 'payments.card_made_default'])
    const { rows } = await db.owner.query<{ user_id: string; source: string }>(
      "SELECT user_id, source FROM system_events WHERE tenant_id = $1 AND event_type = 'payments.card_added'",
      [hotel.tenant.id],
    )
    expect(new Set(rows.map(({ user_id: user, source }) => `${user} ${source}`))).toEqual(
      new Set([`${hotel.people.ADMIN.id} api`]),
    )
  })

  it('are kept once, however often the browser says so, and by the newest entry of the same number', async () => {
    const { id } = await setUp('pm_card_visa')
    await read(await keep(id))
    const [first] = (await read<CardsResponse>(await keep(id))).cards
    await switchOnAutoPurchase()
    const cards = await add('pm_card_visa')
    expect(cards).toHaveLength(1)
    expect(cards[0]).toMatchObject({ last4: '4242', isDefault: true })
    expect(cards[0]?.stripePaymentMethodId).not.toBe(first?.stripePaymentMethodId)
    const { payment_methods: atStripe } = await stripe.state()
    expect(atStripe.find((method) => method.id === first?.stripePaymentMethodId)?.customer).toBeNull()
    expect(await autoPurchase()).toEqual({ on: true, reason: null })
  })

  it('are refused in plain words when the bank declines, and when the person fails the authentication', async () => {
    await expect(setUp('pm_card_chargeDeclined')).rejects.toThrow('declined')
    const { setup_intents: intents } = await stripe.state()
    const declined = await read<{ error: string; message: string }>(await keep(intents[0]?.id ?? ''), 402)
    expect(declined).toMatchObject({ error: 'CARD_REFUSED' })
    expect(declined.message).toContain('カード会社')

    const waiting = await setUp('pm_card_authenticationRequired')
    expect(waiting.status).toBe('requires_action')
    expect(await read(await keep(waiting.id), 402)).toMatchObject({ error: 'CARD_REFUSED' })
    await stripe.authenticate(waiting.id, false)
    const refused = await read<{ message: string }>(await keep(waiting.id), 402)
    expect(refused.message).toContain('本人認証')
    expect(await list()).toEqual([])
  })

  it('belong to one hotel: another’s setup and card do not exist', async () => {
    const other = await makeHotel(db)
    const stranger = await as('OWNER', other)
    const [theirs] = await add('pm_card_mastercard', stranger)
    const { id } = await setUp('pm_card_visa', stranger)
    for (const by of [admin, await as('OWNER')]) {
      expect(await read(await keep(id, by), 404)).toMatchObject({ error: 'NOT_FOUND' })
      expect((await by(`${path}/${theirs?.id}/default`, { method: 'PUT' })).status).toBe(404)
      expect((await by(`${path}/${theirs?.id}`, { method: 'DELETE' })).status).toBe(404)
    }
    expect(await read(await keep('seti_never'), 404)).toMatchObject({ error: 'NOT_FOUND' })
    expect((await list(stranger)).map(({ last4 }) => last4)).toEqual(['4444'])
    expect(await list()).toEqual([])
  })

  it('are shown to managers, changed by administrators, and neither by staff', async () => {
    const [card] = await add('pm_card_visa')
    const [staff, manager] = await Promise.all([as('STAFF'), as('MANAGER')])
    expect((await staff(path)).status).toBe(403)
    expect(await list(manager)).toHaveLength(1)
    for (const by of [staff, manager]) {
      const answers = await Promise.all([
        by(`${path}/setup`, { method: 'POST' }),
        by(path, { json: { setupIntentId: 'seti_1' } }),
        by(`${path}/${card?.id}/default`, { method: 'PUT' }),
        by(`${path}/${card?.id}`, { method: 'DELETE' }),
      ])
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403])
    }
    expect(await list()).toHaveLength(1)
  })

  it('have one default, which a person moves, and which moves on when it is removed', async () => {
    await add('pm_card_visa')
    await add('pm_card_jcb')
    const [visa, jcb] = await list()
    const moved = await read<CardsResponse>(await admin(`${path}/${jcb?.id}/default`, { method: 'PUT' }))
    expect(moved.cards.map(({ id, isDefault }) => [id, isDefault])).toEqual([
      [jcb?.id, true],
      [visa?.id, false],
    ])
    await switchOnAutoPurchase()
    const removed = await read<CardRemovedResponse>(await admin(`${path}/${jcb?.id}`, { method: 'DELETE' }))
    expect(removed.autoPurchaseStopped).toBe(false)
    expect(removed.cards.map(({ id, isDefault }) => [id, isDefault])).toEqual([[visa?.id, true]])
    expect((await admin(`${path}/${jcb?.id}`, { method: 'DELETE' })).status).toBe(404)
    expect(await auditOf(jcb?.id ?? '')).toEqual([
      'payments.card_added',
      'payments.card_made_default',
      'payments.card_removed',
    ])
    const { payment_methods: atStripe } = await stripe.state()
    expect(atStripe.find(({ id }) => id === jcb?.stripePaymentMethodId)?.customer).toBeNull()
  })

  it('take the auto-purchase with them when the last one goes, and say so', async () => {
    const [card] = await add('pm_card_visa')
    await switchOnAutoPurchase()
    const answer = await read<CardRemovedResponse>(await admin(`${path}/${card?.id}`, { method: 'DELETE' }))
    expect(answer).toMatchObject({ cards: [], autoPurchaseStopped: true })
    expect(await autoPurchase()).toEqual({ on: false, reason: 'NO_CARD' })
    const { rows } = await db.owner.query<{ decision: string; reason: string }>(
      'SELECT decision, reason FROM auto_purchase_decisions WHERE tenant_id = $1',
      [hotel.tenant.id],
    )
    expect(rows).toEqual([{ decision: 'SWITCHED_OFF', reason: 'NO_CARD' }])
  })

  it('of two people at once are both there, with one customer and one default', async () => {
    const owner = await as('OWNER')
    const intents = await Promise.all(
      [admin, owner, admin, owner].map((by, at) =>
        setUp(['pm_card_visa', 'pm_card_jcb', 'pm_card_mastercard', 'pm_card_amex'][at] ?? '', by),
      ),
    )
    expect(new Set(intents.map(({ customer }) => customer)).size).toBe(1)
    const answers = await Promise.all(intents.map(({ id }, at) => keep(id, at % 2 ? owner : admin)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const cards = await list()
    expect(cards.map(({ last4 }) => last4).toSorted()).toEqual(['0005', '0505', '4242', '4444'])
    expect(cards.filter(({ isDefault }) => isDefault)).toHaveLength(1)
    const { customers } = await stripe.state()
    expect(customers.filter(({ metadata }) => metadata.tenant_id === hotel.tenant.id)).toHaveLength(1)

    // The default moved by two people and mirrored at the same time: still one.
    const ctx = contextFor(db, hotel, { role: 'ADMIN' })
    await Promise.all([...cards.map(({ id }) => setDefaultCard(ctx, id)), syncCards(ctx), syncCards(ctx)])
    const { rows } = await db.owner.query('SELECT FROM payment_methods WHERE tenant_id = $1 AND is_default', [
      hotel.tenant.id,
    ])
    expect(rows).toHaveLength(1)
  })

  it('are not lost to an older list that arrives later', async () => {
    await add('pm_card_visa')
    const late = await setUp('pm_card_jcb')
    expect(late.status).toBe('succeeded')
    const mastercard = await setUp('pm_card_mastercard')
    const detached = (await list())[0]?.stripePaymentMethodId ?? ''
    // The first mirror has its list, with the first card and held up on the way; meanwhile that card goes.
    await stripe.fault({ kind: 'delay-after', path: '/v1/payment_methods', method: 'GET', times: 1, delayMs: 700 })
    const ctx = contextFor(db, hotel, { role: 'ADMIN' })
    const asked = (await stripe.requests()).length
    const slow = syncCards(ctx)
    await until('the slow list to be asked for', async () => (await stripe.requests()).length > asked)
    await stripe.client.paymentMethods.detach(detached)
    await read(await keep(mastercard.id))
    await slow
    expect((await list()).map(({ last4 }) => last4).toSorted()).toEqual(['0505', '4444'])
  })

  it('follow what Stripe says later: a renewed expiry, and a card taken away there', async () => {
    const [card] = await add('pm_card_visa')
    await stripe.webhooks({ paused: false })
    const id = card?.stripePaymentMethodId ?? ''
    await stripe.client.paymentMethods.update(id, { card: { exp_month: 3, exp_year: 2039 } })
    await until('the new expiry', async () => (await list()).some(({ expYear }) => expYear === 2039))
    await stripe.client.paymentMethods.detach(id)
    await until('the card to be gone', async () => (await list()).length === 0)
  })

  it('say so when Stripe cannot be reached, and are as they were', async () => {
    const [card] = await add('pm_card_visa')
    await stripe.fault({ kind: 'status', path: '/v1/*', status: 500, times: 20 })
    await stripe.fault({ kind: 'status', path: '/v1/payment_methods/*/detach', status: 500, times: 20 })
    for (const answer of [
      await admin(`${path}/setup`, { method: 'POST' }),
      await admin(`${path}/${card?.id}`, { method: 'DELETE' }),
    ])
      expect(await read(answer, 502)).toMatchObject({ error: 'PAYMENT_PROVIDER_UNAVAILABLE' })
    await stripe.clearFaults()
    expect(await list()).toHaveLength(1)
  })

  it('are announced once for each expiry, in the month before or the month itself, to administrators', async () => {
    const ctx = contextFor(db, hotel, { role: 'ADMIN' })
    const customer = await ensureStripeCustomer(ctx)
    const { id } = await stripe.client.paymentMethods.attach('pm_card_visa', { customer })
    await stripe.client.paymentMethods.update(id, { card: { exp_month: 3, exp_year: 2031 } })
    await syncCards(ctx)
    const mails = async () =>
      (
        await db.owner.query<{ recipients: { email: string }[]; text: string }>(
          'SELECT recipients, text FROM mail_messages WHERE tenant_id = $1 ORDER BY created_at, id',
          [hotel.tenant.id],
        )
      ).rows
    // The last moment of January in Japan, and the first of February.
    await noticeExpiringCards(db, new Date('2031-01-31T14:59:59Z'))
    expect(await mails()).toEqual([])
    const first = new Date('2031-01-31T15:00:00Z')
    await Promise.all([noticeExpiringCards(db, first), noticeExpiringCards(db, first)])
    await noticeExpiringCards(db, new Date('2031-03-20T00:00:00Z'))
    const [mail, ...more] = await mails()
    expect(more).toEqual([])
    expect(mail?.text).toContain('Visa 下4桁 4242')
    expect(mail?.text).toContain('2031年3月')
    expect(mail?.recipients.map(({ email }) => email).toSorted()).toEqual(
      [hotel.people.ADMIN.email, hotel.people.OWNER.email].toSorted(),
    )
    // Too late is no notice; a renewed card has a notice of its own.
    await noticeExpiringCards(db, new Date('2031-04-01T00:00:00Z'))
    expect(await mails()).toHaveLength(1)
    await stripe.client.paymentMethods.update(id, { card: { exp_month: 3, exp_year: 2034 } })
    await syncCards(ctx)
    await noticeExpiringCards(db, new Date('2034-02-10T00:00:00Z'))
    expect(await mails()).toHaveLength(2)
  })
})

describe('without Stripe', () => {
  let server: TestServer
  let db: TestDatabase
  beforeAll(async () => {
    db = await ownDatabase()
    server = await startServer({ database: db.urls, env: { STRIPE_SECRET_KEY: '' } })
  })
  afterAll(async () => {
    await server.stop()
    await db.close()
  })

  it('no card can be added, and the page is told', async () => {
    const hotel = await makeHotel(db)
    const admin = await signIn(server.url, hotel.people.ADMIN.email)
    const answer = await admin(path)
    expect(await answer.json()).toEqual({ isAvailable: false, cards: [] })
    expect(answer.headers.get('content-security-policy')).not.toContain('stripe')
    const refused = await admin(`${path}/setup`, { method: 'POST' })
    expect([refused.status, ((await refused.json()) as { error: string }).error]).toEqual([422, 'CARDS_NOT_AVAILABLE'])
  })
})
