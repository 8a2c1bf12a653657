import AxeBuilder from '@axe-core/playwright'
import { expect, test as base, type FrameLocator, type Page } from '@playwright/test'
import type { PaymentIntent } from '@stripe/stripe-js'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startTestStripe, type TestStripe } from '../support/stripe'

/**
 * The stand-in's Stripe.js on a page of another origin with a policy as strict as the product's: a script and
 * frames from Stripe, no connection to it.
 */
const challenge = '3Dセキュア認証(テスト環境)'

interface Shop {
  /** Opens the shop with a card field and a payment of 1,320 yen. @returns the payment intent's id */
  open: (appearance?: 'stripe' | 'night') => Promise<string>
  fields: FrameLocator
  bank: FrameLocator
}

const test = base.extend<Shop, { stripe: TestStripe }>({
  stripe: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures it needs from the pattern
    async ({}, use) => {
      const stripe = await startTestStripe()
      await use(stripe)
      await stripe.stop()
    },
    { scope: 'worker' },
  ],
  open: async ({ page, stripe }, use) => {
    const servers: Server[] = []
    await use(async (appearance = 'stripe') => {
      const { id, client_secret: secret } = await stripe.client.paymentIntents.create({
        amount: 1320,
        currency: 'jpy',
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      })
      const html = shopPage({ ...stripe.env, secret: secret ?? '', appearance })
      const policy = policyWith(stripe.env.STRIPE_API_URL)
      const server = createServer((_, response) =>
        response
          .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy })
          .end(html),
      )
      servers.push(server)
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
      await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`)
      return id
    })
    for (const server of servers) server.close()
  },
  fields: async ({ page }, use) => use(page.frameLocator('iframe[title="カード情報の安全な入力欄"]')),
  bank: async ({ page }, use) => use(page.frameLocator(`iframe[title="${challenge}"]`)),
})

const policyWith = (stripe: string) =>
  `default-src 'self'; script-src ${stripe} 'unsafe-inline'; frame-src ${stripe}; style-src 'unsafe-inline'`

const shopPage = (given: {
  STRIPE_JS_URL: string
  STRIPE_PUBLISHABLE_KEY: string
  secret: string
  appearance: string
}) =>
  `<!doctype html><html lang="ja"><title>Shop</title>
<body style="margin:0;padding:24px;${given.appearance === 'night' ? 'background:#1c1917;color:#f5f5f4;color-scheme:dark' : ''}">
<main><h1>お支払い</h1><div id="card" style="border:1px solid #a8a29e;border-radius:8px;padding:10px 12px"></div>
<p role="alert"></p><button type="button">支払う</button><output></output></main>
<script src="${given.STRIPE_JS_URL}"></script>
<script>
  const stripe = Stripe('${given.STRIPE_PUBLISHABLE_KEY}', { locale: 'ja' })
  const card = stripe.elements({ locale: 'ja', appearance: { theme: '${given.appearance}' } }).create('card')
  card.mount('#card')
  card.on('change', (event) => { document.querySelector('[role=alert]').textContent = event.error?.message ?? '' })
  document.querySelector('button').addEventListener('click', async () => {
    const result = await stripe.confirmCardPayment('${given.secret}', { payment_method: { card, billing_details: { name: '山田 太郎' } } })
    window.result = result
    document.querySelector('output').textContent = result.error ? result.error.code + ' ' + result.error.message : result.paymentIntent.status
  })
</script>`

async function type(fields: FrameLocator, number: string): Promise<void> {
  await fields.getByLabel('カード番号').pressSequentially(number)
  // Each field hands on to the next when it is full.
  await expect(fields.getByLabel('有効期限(月 / 年)')).toBeFocused()
  await fields.getByLabel('有効期限(月 / 年)').pressSequentially('1234')
  await expect(fields.getByLabel('セキュリティコード(CVC)')).toBeFocused()
  await fields.getByLabel('セキュリティコード(CVC)').pressSequentially('123')
}

const pay = (page: Page) => page.getByRole('button', { name: '支払う' }).click()
const said = (page: Page) => page.locator('output')

test('a card pays, and its number is never on the page', async ({ page, open, fields, stripe }) => {
  const payment_intent = await open()
  await type(fields, '4242424242424242')
  await pay(page)
  await expect(said(page)).toHaveText('succeeded')
  expect(await page.content()).not.toContain('4242')
  const { data: charges } = await stripe.client.charges.list({ payment_intent })
  expect(charges).toMatchObject([{ amount: 1320, status: 'succeeded', billing_details: { name: '山田 太郎' } }])
})

test('a refusal is said in Japanese, a wrong number before anything is sent', async ({
  page,
  open,
  fields,
  stripe,
}) => {
  const payment_intent = await open()
  await fields.getByLabel('カード番号').pressSequentially('4242424242424241')
  await expect(page.getByRole('alert')).toHaveText('カード番号が無効です。')
  await fields.getByLabel('カード番号').fill('')
  await type(fields, '4000000000009995')
  await pay(page)
  await expect(said(page)).toHaveText('card_declined カードの残高が不足しています。')
  expect((await stripe.client.charges.list({ payment_intent })).data).toHaveLength(1)
})

test('the bank asks: accepted by keyboard', async ({ page, open, fields, bank, stripe }) => {
  const payment_intent = await open()
  await type(fields, '4000002760003184')
  await pay(page)
  await expect(page.getByRole('dialog', { name: challenge })).toBeVisible()
  await expect(bank.getByRole('button', { name: '認証する' })).toBeFocused()
  await expect(bank.getByText(/1,320$/)).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await expect(said(page)).toHaveText('succeeded')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  const {
    data: [charge],
  } = await stripe.client.charges.list({ payment_intent })
  expect(charge?.payment_method_details?.card?.three_d_secure?.result).toBe('authenticated')
})

for (const [how, refuse] of [
  ['refused', (bank: FrameLocator) => bank.getByRole('button', { name: '拒否する' }).click()],
  ['closed', (bank: FrameLocator) => bank.getByRole('button', { name: '閉じる' }).click()],
  ['left with Escape', (bank: FrameLocator) => bank.getByRole('button', { name: '認証する' }).press('Escape')],
] as const) {
  test(`the bank asks: ${how}`, async ({ page, open, fields, bank, stripe }) => {
    const payment_intent = await open()
    await type(fields, '4000002760003184')
    await pay(page)
    await refuse(bank)
    await expect(said(page)).toContainText('payment_intent_authentication_failure')
    const intent = await stripe.client.paymentIntents.retrieve(payment_intent)
    expect(intent.status).toBe('requires_payment_method')
    expect(intent.latest_charge).toBeNull()
    const { error } = await page.evaluate(
      () => (window as unknown as { result: { error: { payment_intent: PaymentIntent } } }).result,
    )
    expect(error.payment_intent.status).toBe('requires_payment_method')
  })
}

test('a card is saved once the bank has agreed', async ({ page, open, fields, bank, stripe }) => {
  await open()
  await type(fields, '4000002500003155')
  const { id: customer } = await stripe.client.customers.create({ name: '割烹旅館 さくら' })
  const { client_secret: secret } = await stripe.client.setupIntents.create({
    customer,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  })
  const saved = page.evaluate(
    `stripe.confirmCardSetup('${secret}', { payment_method: { card } }).then(({ setupIntent }) => setupIntent.status)`,
  )
  await bank.getByRole('button', { name: '認証する' }).click()
  expect(await saved).toBe('succeeded')
  const { data: cards } = await stripe.client.customers.listPaymentMethods(customer)
  expect(cards.map(({ card }) => card?.last4)).toEqual(['3155'])
})

test('the fields are usable by everybody, light and dark', async ({ page, open, fields }, info) => {
  for (const appearance of ['stripe', 'night'] as const) {
    await open(appearance)
    await type(fields, '4242424242424242')
    await expectAccessible(page)
    await page.screenshot({ path: info.outputPath(`card-${appearance}.png`) })
  }
})

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([])
}
