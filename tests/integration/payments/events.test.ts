import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { receiveStripeEvent } from '../../../server/domains/payments/webhooks/receive-event'
import { applyNews, newsOf } from '../../../server/domains/payments/apply-payment'
import type { PurchaseRow } from '../../../server/domains/payments/new-purchase'
import type { Context } from '../../../server/utils/context'
import { logger } from '../../../server/utils/logger'
import { expectRight, readBooks } from '../../support/books'
import { ownDatabase, type TestDatabase } from '../../support/database'
import { contextFor, makeHotel, type TestHotel } from '../../support/hotel'
import {
  deliver,
  intentEvent,
  intentIdOf,
  openPurchase,
  signatureOf,
  webhookSecret,
  type IntentEvent,
  type IntentEventType,
} from '../../support/purchases'

const types = [
  'payment_intent.created',
  'payment_intent.requires_action',
  'payment_intent.payment_failed',
  'payment_intent.succeeded',
] as const

/** What must have become of a purchase, whatever the order: the furthest of the news there was. */
function expectedStatus(events: IntentEvent[]): string {
  const heard = new Set(events.map((event) => event.type))
  if (heard.has('payment_intent.succeeded')) return 'COMPLETED'
  if (heard.has('payment_intent.payment_failed')) return 'FAILED'
  if (heard.has('payment_intent.requires_action')) return 'REQUIRES_ACTION'
  return 'CREATED'
}

/** All orders of all selections: 64 for four. */
function arrangements<T>(items: readonly T[]): T[][] {
  return items.flatMap((item) => {
    const rest = items.filter((other) => other !== item)
    return [[item], ...arrangements(rest).map((order) => [item, ...order])]
  })
}

describe('news of a payment', () => {
  let db: TestDatabase
  let hotel: TestHotel
  let ctx: Context
  const { level } = logger
  beforeAll(async () => {
    logger.level = 'silent'
    db = await ownDatabase()
    vi.stubEnv('DATABASE_APP_URL', db.urls.appUrl)
    vi.stubEnv('DATABASE_JOBS_URL', db.urls.jobsUrl)
    vi.stubEnv('STRIPE_WEBHOOK_SECRET', webhookSecret)
    hotel = await makeHotel(db)
    ctx = contextFor(db, hotel)
  })
  afterAll(async () => {
    logger.level = level
    vi.unstubAllEnvs()
    await db.close()
  })

  const rowOf = async ({ id }: { id: string }) =>
    (
      await db.owner.query<{ status: string; transaction_id: string | null; stripe_payment_intent_id: string | null }>(
        'SELECT status, transaction_id, stripe_payment_intent_id FROM credit_purchases WHERE id = $1',
        [id],
      )
    ).rows[0]
  const inboxOf = async (event: { id: string }) =>
    (
      await db.owner.query<{ status: string; error: string | null; attempts: number }>(
        'SELECT status, error, attempts FROM webhook_events WHERE id = $1',
        [event.id],
      )
    ).rows[0]
  const grantsOf = async ({ id }: { id: string }) =>
    (
      await db.owner.query<{ credits: number }>(
        'SELECT credits_amount AS credits FROM ai_credit_transactions WHERE reference_id = $1',
        [id],
      )
    ).rows.map((row) => row.credits)

  async function expectOutcome(purchase: PurchaseRow, events: IntentEvent[]) {
    const told = events.map((event) => event.type.split('.')[1]).join(' ')
    const status = expectedStatus(events)
    expect((await rowOf(purchase))?.status, told).toBe(status)
    expect(await grantsOf(purchase), told).toEqual(status === 'COMPLETED' ? [purchase.creditsAmount] : [])
  }

  it('comes to the same books in every order, once or three times over, and late', { timeout: 240_000 }, async () => {
    let cases = 0
    for (const order of arrangements<IntentEventType>(types)) {
      const ways = [
        (events: IntentEvent[]) => events,
        (events: IntentEvent[]) => events.flatMap((event) => [event, event, event]),
        (events: IntentEvent[]) => [...events, ...events, ...events],
        (events: IntentEvent[]) => [...events, ...events.toReversed(), ...events],
      ]
      for (const repeated of ways) {
        const purchase = await openPurchase(ctx)
        const events = order.map((type) => intentEvent(purchase, type))
        for (const event of repeated(events)) await deliver(db, event)
        await expectOutcome(purchase, events)
        cases++
      }
    }
    expect(cases).toBe(256)
    expectRight(await readBooks(db, hotel.tenant.id))
  })

  it('comes to the same books at once, each event one to three times', { timeout: 240_000 }, async () => {
    let cases = 0
    const counts = [1, 2, 3]
    for (const created of counts) {
      for (const action of counts) {
        for (const failed of counts) {
          for (const succeeded of [0, ...counts]) {
            const purchase = await openPurchase(ctx)
            const events = [created, action, failed, succeeded].flatMap((count, index) => {
              const type = types[index]
              const event = type && count > 0 ? intentEvent(purchase, type) : undefined
              return event ? Array<IntentEvent>(count).fill(event) : []
            })
            await Promise.all(events.map((event) => deliver(db, event)))
            await expectOutcome(purchase, events)
            cases++
          }
        }
      }
    }
    expect(cases).toBe(108)
    expectRight(await readBooks(db, hotel.tenant.id))
  })

  it.each(['before', 'after', 'beside'])(
    'is believed once when it comes 20 times at once %s the API’s answer',
    async (when) => {
      const purchase = await openPurchase(ctx)
      const event = intentEvent(purchase, 'payment_intent.succeeded')
      const answer = async () => {
        const news = newsOf(event.data.object)
        if (!news) throw new Error('no news')
        await applyNews(ctx, purchase.id, news, 'api')
      }
      const webhooks = async () => {
        await Promise.all(Array.from({ length: 20 }, () => deliver(db, event)))
      }
      if (when === 'before') await webhooks().then(answer)
      else if (when === 'after') await answer().then(webhooks)
      else await Promise.all([webhooks(), answer()])
      expect(await grantsOf(purchase)).toEqual([100])
      expect(await inboxOf(event)).toMatchObject({ status: 'PROCESSED', attempts: 1 })
      expectRight(await readBooks(db, hotel.tenant.id))
    },
  )

  it('is not kept without Stripe’s own, fresh signature', async () => {
    const purchase = await openPurchase(ctx)
    const event = intentEvent(purchase, 'payment_intent.succeeded')
    const body = JSON.stringify(event)
    const now = new Date()
    const deliveries = [
      undefined,
      '',
      't=1,v1=00',
      signatureOf(body, { secret: 'whsec_somebody_elses' }),
      signatureOf(body, { at: new Date(now.getTime() - 10 * 60_000) }),
      signatureOf(`${body} `),
    ]
    for (const signature of deliveries) {
      const signal = new AbortController().signal
      await expect(receiveStripeEvent(db, { body: Buffer.from(body), signature, now, signal })).rejects.toMatchObject({
        code: 'WEBHOOK_SIGNATURE_INVALID',
      })
    }
    expect(await inboxOf(event)).toBeUndefined()
    expect((await rowOf(purchase))?.status).toBe('CREATED')
  })

  it.each<[string, Record<string, unknown>]>([
    ['a smaller amount', { amount: 1, amount_received: 1 }],
    ['less received than asked for', { amount_received: 1 }],
    ['a larger amount', { amount: 132_000, amount_received: 132_000 }],
    ['another currency', { currency: 'usd' }],
    ['another customer', { customer: 'cus_somebody_else' }],
    ['a purchase that is not there', { metadata: { purchase_id: randomUUID(), tenant_id: 'OURS' } }],
    ['another hotel’s purchase', { metadata: { purchase_id: 'OURS', tenant_id: 'THEIRS' } }],
    ['a hotel that is not there', { metadata: { purchase_id: 'OURS', tenant_id: randomUUID() } }],
    ['no purchase at all', { metadata: {} }],
    ['no amount', { amount: null }],
  ])('sets aside a signed success of %s, and grants nothing', async (_name, changes) => {
    const other = await makeHotel(db)
    const purchase = await openPurchase(ctx)
    const metadata = changes.metadata as Record<string, string> | undefined
    const named = metadata && {
      metadata: Object.fromEntries(
        Object.entries(metadata).map(([key, value]) => {
          if (value === 'THEIRS') return [key, other.tenant.id]
          return [key, value === 'OURS' ? (key === 'tenant_id' ? hotel.tenant.id : purchase.id) : value]
        }),
      ),
    }
    const event = intentEvent(purchase, 'payment_intent.succeeded', { ...changes, ...named })
    await deliver(db, event)
    expect(await inboxOf(event)).toMatchObject({ status: 'SET_ASIDE' })
    expect((await rowOf(purchase))?.status).toBe('CREATED')
    // Again: answered, and nothing more is done.
    await deliver(db, event)
    expect(await inboxOf(event)).toMatchObject({ status: 'SET_ASIDE', attempts: 1 })
    expect(await grantsOf(purchase)).toEqual([])
    expectRight(await readBooks(db, other.tenant.id))
  })

  it('sets aside a second intent for a purchase that has its own', async () => {
    const purchase = await openPurchase(ctx)
    await deliver(db, intentEvent(purchase, 'payment_intent.requires_action'))
    const foreign = intentEvent(purchase, 'payment_intent.succeeded', { id: 'pi_of_another_purchase' })
    await deliver(db, foreign)
    expect(await inboxOf(foreign)).toMatchObject({ status: 'SET_ASIDE', error: 'MISMATCH' })
    expect(await rowOf(purchase)).toMatchObject({
      status: 'REQUIRES_ACTION',
      stripe_payment_intent_id: intentIdOf(purchase),
    })
  })

  it('waits for the person where the bank asks for them off-session', async () => {
    const purchase = await openPurchase(ctx, { paymentMethod: 'stored_card' })
    await deliver(
      db,
      intentEvent(purchase, 'payment_intent.payment_failed', {
        last_payment_error: { code: 'authentication_required', decline_code: 'authentication_required' },
      }),
    )
    expect((await rowOf(purchase))?.status).toBe('REQUIRES_ACTION')
  })

  it('keeps types nobody handles, and does nothing', async () => {
    const purchase = await openPurchase(ctx)
    const event = { ...intentEvent(purchase, 'payment_intent.created'), type: 'radar.early_fraud_warning.created' }
    await deliver(db, event as unknown as IntentEvent)
    expect(await inboxOf(event)).toMatchObject({ status: 'IGNORED' })
  })

  it('is kept with its error when it could not be processed, and processed when it comes again', async () => {
    const purchase = await openPurchase(ctx)
    const event = intentEvent(purchase, 'payment_intent.succeeded')
    await db.owner.query('ALTER FUNCTION webhook_apply_payment RENAME TO webhook_apply_payment_away')
    try {
      await expect(deliver(db, event)).rejects.toMatchObject({ code: 'WEBHOOK_FAILED' })
    } finally {
      await db.owner.query('ALTER FUNCTION webhook_apply_payment_away RENAME TO webhook_apply_payment')
    }
    expect(await inboxOf(event)).toMatchObject({ status: 'FAILED', attempts: 1 })
    expect((await inboxOf(event))?.error).toContain('webhook_apply_payment')
    await deliver(db, event)
    expect(await inboxOf(event)).toMatchObject({ status: 'PROCESSED', attempts: 2, error: null })
    expect(await grantsOf(purchase)).toEqual([100])
  })
})
