import { randomUUID } from 'node:crypto'
import { expect, type APIRequestContext, type Page } from '@playwright/test'
import type { AutoPurchase, CardsResponse, PackagesResponse } from '../../shared/schemas/payments'
import { expectAccessible, expectNoSidewaysScroll, hydrated, test } from './support'

const settingsPath = '/api/v1/credits/auto-purchase'
const panel = (page: Page) => page.getByRole('region', { name: '自動購入', exact: true })
const master = (page: Page) => panel(page).getByRole('switch', { name: '自動購入を使う' })

async function cardsOf(api: APIRequestContext): Promise<CardsResponse['cards']> {
  return ((await (await api.get('/api/v1/billing/cards')).json()) as CardsResponse).cards
}

/** As the hotel had never stored one. */
async function removeCards(api: APIRequestContext): Promise<void> {
  for (const { id } of await cardsOf(api)) expect((await api.delete(`/api/v1/billing/cards/${id}`)).ok()).toBe(true)
}

/** Buys the smallest package and keeps the card, as the purchase window does. */
async function storeCard(api: APIRequestContext): Promise<void> {
  const { packages } = (await (await api.get('/api/v1/credits/packages')).json()) as PackagesResponse
  const answer = await api.post('/api/v1/credits/purchase', {
    headers: { 'Idempotency-Key': randomUUID() },
    data: {
      packageId: packages[0]?.id,
      paymentMethod: 'stripe',
      paymentDetails: { stripePaymentMethodId: 'pm_card_visa', saveCard: true },
    },
  })
  expect(answer.status()).toBe(200)
  await expect.poll(async () => (await cardsOf(api)).length).toBe(1)
}

async function settingsOf(api: APIRequestContext): Promise<AutoPurchase> {
  return (await (await api.get(settingsPath)).json()) as AutoPurchase
}

/** Off, with the figures that an account begins with. */
async function reset(api: APIRequestContext): Promise<void> {
  const data = { enabled: false, threshold: 50, purchaseAmount: 500, monthlyCapYen: null }
  expect((await api.put(settingsPath, { data })).status()).toBe(200)
}

test('needs a card first, and says where to store one', async ({ page, signInAs, apiAs }) => {
  const api = await apiAs('innOwner')
  await removeCards(api)
  await reset(api)
  await signInAs('innOwner')
  await page.goto('/settings/billing')
  await hydrated(page)
  await master(page).click()
  await panel(page).getByRole('button', { name: '保存する' }).click()
  await expect(panel(page).getByRole('alert')).toContainText('登録済みのカードが必要です')
  await expect(panel(page).getByRole('link', { name: 'カードを登録する' })).toHaveAttribute('href', /#cards$/)
  expect((await settingsOf(api)).enabled).toBe(false)
  await expectAccessible(page)
})

test('is set by the owner, with what it will buy and pay said beforehand', async ({ page, signInAs, apiAs }) => {
  const api = await apiAs('innOwner')
  await removeCards(api)
  await reset(api)
  await storeCard(api)
  await signInAs('innOwner')
  await page.goto('/settings/billing')
  await hydrated(page)

  const amount = panel(page).getByLabel('1回に購入するクレジット')
  await expect(panel(page)).toContainText('500 クレジットのパッケージ(¥6,050 税込)')
  await amount.fill('501')
  await expect(panel(page)).toContainText('2,000 クレジットのパッケージ(¥22,000 税込)')
  await amount.fill('10001')
  await expect(panel(page)).toContainText('この数をまとめて購入できるパッケージがありません')
  await amount.fill('500')

  // A threshold of nothing: no purchase comes in between.
  await panel(page).getByLabel('この残高以下になったら購入').fill('0')
  const cap = panel(page).getByLabel('1か月の上限(税込)')
  await cap.fill('6049')
  await master(page).click()
  await panel(page).getByRole('button', { name: '保存する' }).click()
  await expect(panel(page).getByRole('alert')).toContainText('6,050円')
  await cap.fill('30000')
  await panel(page).getByRole('button', { name: '保存する' }).click()
  await expect(page.getByText('自動購入の設定を保存しました').first()).toBeVisible()
  const left = (30_000 - (await settingsOf(api)).spentThisMonthYen).toLocaleString('ja-JP')
  await expect(panel(page)).toContainText(`上限 ¥30,000 まで、あと ¥${left} です`)
  expect(await settingsOf(api)).toMatchObject({
    enabled: true,
    threshold: 0,
    purchaseAmount: 500,
    monthlyCapYen: 30_000,
  })
  // Once more without the toast, whose own marks are the kit's.
  await page.reload()
  await hydrated(page)
  await expect(master(page)).toBeChecked()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)

  // The same from the dashboard, without the figures being lost.
  await page.goto('/credits')
  await hydrated(page)
  const line = page.getByRole('switch', { name: '自動購入' })
  await expect(line).toBeChecked()
  await line.click()
  await expect(page.getByText('オフです。残高がなくなると AI 機能は止まります。')).toBeVisible()
  expect(await settingsOf(api)).toMatchObject({ enabled: false, monthlyCapYen: 30_000 })
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await reset(api)
})

test('is read by a manager, who cannot change it', async ({ page, signInAs, apiAs }) => {
  const api = await apiAs('manager')
  await signInAs('manager')
  await page.goto('/settings/billing')
  await hydrated(page)
  await expect(panel(page)).toContainText('管理者またはオーナーにご依頼ください')
  await expect(panel(page).getByRole('switch')).toHaveCount(0)
  await expect(panel(page).getByRole('heading', { name: '自動購入の記録' })).toBeVisible()
  const data = { enabled: false, threshold: 1, purchaseAmount: 1, monthlyCapYen: null }
  expect((await api.put(settingsPath, { data })).status()).toBe(403)
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)

  await page.goto('/credits')
  await hydrated(page)
  await expect(page.getByRole('link', { name: '設定', exact: true })).toBeVisible()
  await expect(page.getByRole('switch', { name: '自動購入' })).toHaveCount(0)
})
