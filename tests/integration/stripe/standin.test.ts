import Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Fault } from '../../../tools/stripe/faults'
import { startTestStripe, type TestStripe } from '../../support/stripe'
import { until } from '../../support/until'
import { startHook, type Hook } from './hook'

let stripe: TestStripe
let hook: Hook

beforeAll(async () => {
  stripe = await startTestStripe()
  hook = await startHook(stripe.env.STRIPE_WEBHOOK_SECRET)
})
afterAll(async () => {
  await hook.close()
  await stripe.stop()
})
beforeEach(async () => {
  await stripe.clearFaults()
  await stripe.webhooks({ url: '', delayMs: 0, duplicates: 0, shuffle: false, paused: false, retryMs: 20 })
  hook.answerWith(200)
  hook.events.length = 0
})

const noRedirects = { enabled: true, allow_redirects: 'never' } as const
const payment = (more: Partial<Stripe.PaymentIntentCreateParams> = {}): Stripe.PaymentIntentCreateParams => ({
  amount: 1320,
  currency: 'jpy',
  confirm: true,
  automatic_payment_methods: noRedirects,
  payment_method: 'pm_card_visa',
  ...more,
})
const pay = (more?: Partial<Stripe.PaymentIntentCreateParams>, options?: Stripe.RequestOptions) =>
  stripe.client.paymentIntents.create(payment(more), options)

/** What Stripe refused with. */
async function refusal(work: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Stripe.errors.StripeError))
    throw new Error(`expected a refusal of Stripe, got ${String(error)}`)
  return error
}

describe('test cards', () => {
  it.each([
    ['pm_card_visa', 'visa'],
    ['pm_card_mastercard', 'mastercard'],
    ['pm_card_jcb', 'jcb'],
  ])('%s pays', async (card, brand) => {
    const intent = await pay({ payment_method: card, expand: ['latest_charge', 'payment_method'] })
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 1320, currency: 'jpy' })
    expect(intent.latest_charge).toMatchObject({ paid: true, payment_intent: intent.id })
    expect((intent.payment_method as Stripe.PaymentMethod).card?.brand).toBe(brand)
  })

  it.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['pm_card_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', undefined],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', undefined],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', undefined],
    ['pm_card_radarBlock', 'card_declined', 'fraudulent'],
  ])('%s is declined with %s, %s', async (card, code, decline) => {
    const error = await refusal(pay({ payment_method: card }))
    expect(error).toMatchObject({ statusCode: 402, type: 'StripeCardError', code })
    expect(error.decline_code || undefined).toBe(decline)
    const intent = await stripe.client.paymentIntents.retrieve(error.payment_intent?.id ?? '')
    expect(intent).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code },
      amount_received: 0,
    })
    const charge = await stripe.client.charges.retrieve(String(intent.latest_charge))
    expect(charge).toMatchObject({ status: 'failed', paid: false, failure_code: code })
  })

  it('the bank asks on-session, and what the customer answers decides', async () => {
    const asked = await pay({ payment_method: 'pm_card_authenticationRequired' })
    expect(asked).toMatchObject({ status: 'requires_action', next_action: { type: 'use_stripe_sdk' } })
    await stripe.authenticate(asked.id, true)
    expect((await stripe.client.paymentIntents.retrieve(asked.id)).status).toBe('succeeded')

    const other = await pay({ payment_method: 'pm_card_authenticationRequired' })
    await stripe.authenticate(other.id, false)
    expect(await stripe.client.paymentIntents.retrieve(other.id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
      latest_charge: null,
    })

    const declined = await pay({ payment_method: 'pm_card_threeDSecureRequiredChargeDeclined' })
    expect(await stripe.authenticate(declined.id, true)).toMatchObject({ error: { code: 'card_declined' } })
  })

  it('the bank asks off-session unless the card was set up for it', async () => {
    const customer = await stripe.client.customers.create({ email: 'owner@inn.example' })
    const method = await stripe.client.paymentMethods.attach('pm_card_authenticationRequiredOnSetup', {
      customer: customer.id,
    })
    const charge = () => pay({ customer: customer.id, payment_method: method.id, off_session: true })
    expect(await refusal(charge())).toMatchObject({
      statusCode: 402,
      code: 'authentication_required',
      payment_intent: { status: 'requires_payment_method' },
    })
    const setup = await stripe.client.setupIntents.create({
      customer: customer.id,
      payment_method: method.id,
      confirm: true,
      automatic_payment_methods: noRedirects,
    })
    expect(setup.status).toBe('requires_action')
    await stripe.authenticate(setup.id, true)
    expect((await charge()).status).toBe('succeeded')
  })

  it('a card is saved with a payment, listed, updated and taken away', async () => {
    const customer = await stripe.client.customers.create({ name: '割烹旅館 さくら' })
    const intent = await pay({ customer: customer.id, setup_future_usage: 'off_session' })
    const id = String(intent.payment_method)
    const listed = () => stripe.client.customers.listPaymentMethods(customer.id)
    expect((await listed()).data.map((method) => method.id)).toEqual([id])
    const updated = await stripe.client.paymentMethods.update(id, { card: { exp_month: 1, exp_year: 2027 } })
    expect(updated.card).toMatchObject({ exp_month: 1, exp_year: 2027 })
    await stripe.client.paymentMethods.detach(id)
    expect((await listed()).data).toEqual([])
    expect((await refusal(pay({ payment_method: id }))).message).toMatch(/may not be used again/)
  })

  it('a declining card cannot be saved, save the one that is for that', async () => {
    const { id: customer } = await stripe.client.customers.create()
    const attach = (card: string) => stripe.client.paymentMethods.attach(card, { customer })
    expect(await refusal(attach('pm_card_chargeDeclined'))).toMatchObject({ statusCode: 402, code: 'card_declined' })
    const method = await attach('pm_card_chargeCustomerFail')
    const charge = pay({ customer, payment_method: method.id, off_session: true })
    expect(await refusal(charge)).toMatchObject({ code: 'card_declined' })
  })
})

describe('requests', () => {
  it.each([
    ['an unknown parameter', { tip: 1 }, 'tip', 'parameter_unknown'],
    ['a word for a number', { amount: 'many' }, 'amount', 'parameter_invalid_integer'],
    ['half a yen', { amount: 100.5 }, 'amount', 'parameter_invalid_integer'],
    ['too little', { amount: 49 }, 'amount', 'amount_too_small'],
    ['a value that is none', { setup_future_usage: 'sometimes' }, 'setup_future_usage', undefined],
    ['another customer', { customer: 'cus_none' }, 'customer', 'resource_missing'],
  ])('%s is refused and named', async (_, wrong, param, code) => {
    const error = await refusal(pay(wrong as object))
    expect(error).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError', param })
    expect(error.code).toBe(code)
  })

  it('an amount that is missing is named', async () => {
    const { amount: _, ...rest } = payment()
    const error = await refusal(stripe.client.paymentIntents.create(rest as Stripe.PaymentIntentCreateParams))
    expect(error).toMatchObject({ code: 'parameter_missing', param: 'amount' })
  })

  it('redirects need an address to return to', async () => {
    const error = await refusal(pay({ automatic_payment_methods: { enabled: true } }))
    expect(error).toMatchObject({ statusCode: 400, param: 'return_url' })
  })

  it('what is not there, and who may not ask', async () => {
    const nothing = await refusal(stripe.client.paymentIntents.retrieve('pi_none'))
    expect(nothing).toMatchObject({ statusCode: 404, code: 'resource_missing' })
    const { hostname, port } = new URL(stripe.env.STRIPE_API_URL)
    const other = new Stripe('sk_test_another', { host: hostname, port, protocol: 'http' })
    expect((await refusal(other.customers.list())).statusCode).toBe(401)
    const browser = new Stripe(stripe.env.STRIPE_PUBLISHABLE_KEY, { host: hostname, port, protocol: 'http' })
    expect((await refusal(browser.customers.list())).statusCode).toBe(401)
  })

  it('the publishable key opens an intent with its client secret, and sees no metadata', async () => {
    const intent = await pay({ metadata: { purchase: 'p1' } })
    const ask = (secret: string) =>
      fetch(`${stripe.env.STRIPE_API_URL}/v1/payment_intents/${intent.id}?client_secret=${secret}`, {
        headers: { authorization: `Bearer ${stripe.env.STRIPE_PUBLISHABLE_KEY}` },
      })
    const seen = await (await ask(intent.client_secret ?? '')).json()
    expect(seen).toMatchObject({ id: intent.id, status: 'succeeded' })
    expect(seen).not.toHaveProperty('metadata')
    expect((await ask('pi_guessed_secret_x')).status).toBe(400)
  })

  it('lists by customer and time, page by page', async () => {
    const { id: customer } = await stripe.client.customers.create()
    for (let count = 0; count < 5; count += 1) await pay({ customer })
    const all: string[] = []
    for await (const intent of stripe.client.paymentIntents.list({ customer, limit: 2 })) all.push(intent.id)
    expect(new Set(all).size).toBe(5)
    const later = await stripe.client.paymentIntents.list({ customer, created: { gt: Date.now() / 1000 + 60 } })
    expect(later.data).toEqual([])
  })
})

describe('idempotency', () => {
  it('the same key gets the same result, errors included, and one charge', async () => {
    const idempotencyKey = crypto.randomUUID()
    const [first, second] = [await pay({}, { idempotencyKey }), await pay({}, { idempotencyKey })]
    expect(second.id).toBe(first.id)
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true')
    expect((await stripe.client.charges.list({ payment_intent: first.id })).data).toHaveLength(1)

    const declined = { idempotencyKey: crypto.randomUUID() }
    const [one, two] = [
      await refusal(pay({ payment_method: 'pm_card_chargeDeclined' }, declined)),
      await refusal(pay({ payment_method: 'pm_card_chargeDeclined' }, declined)),
    ]
    expect(two.payment_intent?.id).toBe(one.payment_intent?.id)
  })

  it('another request under the same key is refused', async () => {
    const idempotencyKey = crypto.randomUUID()
    await pay({}, { idempotencyKey })
    expect(await refusal(pay({ amount: 9999 }, { idempotencyKey }))).toMatchObject({
      statusCode: 400,
      type: 'StripeIdempotencyError',
    })
  })

  it('a second request while the first is running is told so', async () => {
    const idempotencyKey = crypto.randomUUID()
    await stripe.fault({ kind: 'delay', path: '/v1/payment_intents', delayMs: 1_000 })
    const first = pay({}, { idempotencyKey })
    await until('the first is under way', async () => (await stripe.state()).faults.length === 0)
    expect((await refusal(pay({}, { idempotencyKey }))).statusCode).toBe(409)
    expect((await first).status).toBe('succeeded')
  })
})

describe('faults', () => {
  /** The SDK repeats a request by itself when its connection is cut, once. */
  const cut = (kind: Fault['kind']): Fault => ({ kind, times: 2 })

  it('cut after the charge: the repetition finds it', async () => {
    const idempotencyKey = crypto.randomUUID()
    await stripe.fault({ ...cut('cut-after'), path: '/v1/payment_intents', method: 'POST' })
    expect((await refusal(pay({}, { idempotencyKey }))).type).toBe('StripeConnectionError')
    const intent = await pay({}, { idempotencyKey })
    expect(intent.lastResponse.headers['idempotent-replayed']).toBe('true')
  })

  it.each([
    ['status', 0],
    ['status-after', 1],
    ['cut-before', 0],
    ['cut-after', 1],
  ] as const)('%s leaves %i charges', async (kind, charges) => {
    const { id: customer } = await stripe.client.customers.create()
    const fault = kind.startsWith('cut') ? cut(kind) : { kind }
    await stripe.fault({ ...fault, path: '/v1/payment_intents', method: 'POST' })
    await refusal(pay({ customer }, { idempotencyKey: crypto.randomUUID() }))
    expect((await stripe.client.charges.list({ customer })).data).toHaveLength(charges)
    expect((await pay({ customer })).status).toBe('succeeded')
  })

  it('too many requests say when to come back', async () => {
    await stripe.fault({ kind: 'status', status: 429, path: '/v1/customers/*', times: 1 })
    const error = await refusal(stripe.client.customers.retrieve('cus_any'))
    expect(error).toMatchObject({ statusCode: 429, type: 'StripeRateLimitError' })
    expect(error.headers?.['retry-after']).toBe('1')
  })

  it('an order that makes no sense is refused', async () => {
    await expect(stripe.fault({ kind: 'explode' } as never)).rejects.toThrow('kind is')
    await expect(stripe.webhooks({ speed: 3 } as never)).rejects.toThrow('unknown')
  })
})

describe('webhooks', () => {
  const types = () => hook.events.map(({ type }) => type)
  const named = (type: string) => hook.events.filter((event) => event.type === type)

  it('tells what happened, signed', async () => {
    await stripe.webhooks({ url: hook.url })
    const intent = await pay({ metadata: { purchase: 'p1' } })
    await until('all are there', () => hook.events.length >= 3)
    expect(types().sort()).toEqual(['charge.succeeded', 'payment_intent.created', 'payment_intent.succeeded'])
    expect(named('payment_intent.succeeded')[0]?.data.object).toMatchObject({
      id: intent.id,
      status: 'succeeded',
      metadata: { purchase: 'p1' },
    })
    const [listed] = (await stripe.client.events.list({ type: 'payment_intent.succeeded' })).data
    expect(listed?.id).toBe(named('payment_intent.succeeded')[0]?.id)
  })

  it('doubles them when told to', async () => {
    await stripe.webhooks({ url: hook.url, duplicates: 2, shuffle: true })
    await pay()
    await until('each came three times', () => hook.events.length === 9)
    expect(named('payment_intent.succeeded')).toHaveLength(3)
  })

  it('sends what was paused, in the order asked for', async () => {
    await stripe.webhooks({ url: hook.url, paused: true })
    await pay()
    const [succeeded, , created] = (await stripe.state()).events
    const answers = await stripe.deliver([succeeded?.id ?? '', created?.id ?? '', succeeded?.id ?? ''])
    expect(answers).toEqual([200, 200, 200])
    expect(types()).toEqual(['payment_intent.succeeded', 'payment_intent.created', 'payment_intent.succeeded'])
  })

  it('tries again until it is taken, beyond its own death', async () => {
    hook.answerWith(500)
    await stripe.webhooks({ url: hook.url })
    const intent = await pay()
    await until('it was tried', () => named('payment_intent.succeeded').length >= 2)
    await stripe.kill9()
    hook.events.length = 0
    hook.answerWith(200)
    await stripe.restart()
    await stripe.webhooks({ url: hook.url })
    await until('it came after all', () => named('payment_intent.succeeded').length > 0)
    expect(named('payment_intent.succeeded')[0]?.data.object).toMatchObject({ id: intent.id })
    await until('nothing is left', async () =>
      (await stripe.state()).deliveries.every(({ state }) => state === 'delivered'),
    )
  })
})

it('after kill -9 knows all it ever answered, keys included', async () => {
  const idempotencyKey = crypto.randomUUID()
  const customer = await stripe.client.customers.create({ name: '山田 太郎' })
  const intent = await pay({ customer: customer.id }, { idempotencyKey })
  await stripe.kill9()
  await stripe.restart()
  expect(await stripe.client.customers.retrieve(customer.id)).toMatchObject({ name: '山田 太郎' })
  expect((await stripe.client.paymentIntents.retrieve(intent.id)).status).toBe('succeeded')
  expect((await pay({ customer: customer.id }, { idempotencyKey })).id).toBe(intent.id)
  expect((await stripe.client.charges.list({ customer: customer.id })).data).toHaveLength(1)
})

it('never said what the types of Stripe do not allow', async () => {
  expect(await stripe.violations()).toEqual([])
})
