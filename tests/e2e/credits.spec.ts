import { randomUUID } from 'node:crypto'
import { expect, type APIRequestContext, type Page } from '@playwright/test'
import type { AccountsResponse, BalanceResponse } from '../../shared/schemas/credits'
import { test, expectAccessible, expectNoSidewaysScroll, hydrated } from './support'

/** Other journeys spend as well: what the page shows is held against the API, not against a fixed figure. */
async function balanceOf(api: APIRequestContext): Promise<BalanceResponse> {
  const answer = await api.get('/api/v1/credits/balance')
  expect(answer.status()).toBe(200)
  return (await answer.json()) as BalanceResponse
}

async function askChatbot(api: APIRequestContext): Promise<void> {
  const answer = await api.post('/api/v1/ai/execute', {
    headers: { 'Idempotency-Key': randomUUID() },
    data: { functionType: 'chatbot', parameters: { input: 'チェックインは何時からですか' } },
  })
  expect(answer.status()).toBe(200)
}

const figure = (page: Page) => page.getByTestId('available-balance')
const shown = (credits: number) => credits.toLocaleString('ja-JP')
const ledger = (page: Page) => page.getByRole('table', { name: 'クレジットの取引、新しい順' })

test('shows the balance first, what it is made of, and no barrier', async ({ page, signInAs, apiAs }) => {
  const api = await apiAs('manager')
  await signInAs('manager')
  await page.goto('/credits')
  await hydrated(page)
  const { balance } = await balanceOf(api)
  await expect(figure(page)).toHaveText(shown(balance.availableBalance))
  await expect(
    page.getByRole('img', { name: `${shown(balance.usedThisMonth)} クレジットを利用しました` }),
  ).toBeVisible()
  await expect(page.getByText('次に失効')).toBeVisible()
  await expect(
    page.getByRole('img', { name: /直近30日で .* クレジットを利用しました/ }).locator('canvas'),
  ).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
})

test('gives each chart’s figures as a table, one key away', async ({ page, signInAs }) => {
  await signInAs('manager')
  await page.goto('/credits')
  await hydrated(page)
  const toggles = page.getByRole('button', { name: '表で見る' })
  await expect(toggles).toHaveCount(2)
  await toggles.first().focus()
  await page.keyboard.press('Enter')
  const daily = page.getByRole('table', { name: /直近30日で/ })
  await expect(daily.getByRole('columnheader')).toContainText(['日', '利用'])
  expect(await daily.getByRole('row').count()).toBeGreaterThan(30)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'グラフで見る' }).press('Enter')
  await expect(daily).toBeHidden()
})

test('moves in every tab when a colleague spends, without a reload', async ({ page, context, signInAs, apiAs }) => {
  await signInAs('manager')
  const second = await context.newPage()
  for (const tab of [page, second]) {
    const streaming = tab.waitForResponse('**/api/v1/events')
    await tab.goto('/credits')
    await hydrated(tab)
    await streaming
  }
  const colleague = await apiAs('staff')
  const before = await balanceOf(colleague)
  await askChatbot(colleague)
  const after = await balanceOf(colleague)
  expect(after.balance.availableBalance).toBeLessThan(before.balance.availableBalance)
  for (const tab of [page, second]) {
    await expect(figure(tab)).toHaveText(shown(after.balance.availableBalance))
    await expect(ledger(tab).getByRole('row').nth(1)).toContainText('チャットボット')
    await expect(ledger(tab).getByRole('row').nth(1)).toContainText('佐藤 美咲')
    await expect(
      tab.getByText(`使えるクレジットが ${shown(after.balance.availableBalance)} になりました。`),
    ).toBeAttached()
  }
})

test('lists the ledger by what one looks for, goes on where it ended, and hands out a file', async ({
  page,
  isMobile,
  signInAs,
}) => {
  await signInAs('manager')
  await page.goto('/credits')
  await hydrated(page)
  const rows = ledger(page).getByRole('row')
  await expect(rows).toHaveCount(21)
  await page.getByRole('button', { name: 'さらに表示' }).click()
  await expect(rows).toHaveCount(41)

  if (isMobile) await page.getByRole('button', { name: '絞り込む' }).click()
  await page.getByRole('combobox', { name: '機能' }).click()
  await page.getByRole('option', { name: '需要予測' }).click()
  await expect(rows.filter({ hasText: 'チャットボット' })).toHaveCount(0)
  await expect(rows.nth(1)).toContainText('需要予測')
  await expectAccessible(page)

  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'CSV で保存' }).click()
  expect((await download).suggestedFilename()).toMatch(/^credits-\d{4}-\d{2}-\d{2}\.csv$/)

  await page.getByLabel('開始日').fill('2000-01-01')
  await page.getByLabel('終了日').fill('2000-01-31')
  await expect(page.getByText('条件に合う取引がありません')).toBeVisible()
  await page.getByRole('button', { name: '条件を消す' }).first().click()
  await expect(rows).toHaveCount(21)
})

test('says what could not be loaded, and loads it when asked again', async ({ page, isMobile, signInAs }) => {
  await signInAs('manager')
  await page.goto('/credits')
  await hydrated(page)
  await page.route('**/api/v1/credits/transactions?*', (route) => route.abort())
  if (isMobile) await page.getByRole('button', { name: '絞り込む' }).click()
  await page.getByRole('combobox', { name: '種類' }).click()
  await page.getByRole('option', { name: '利用', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: '読み込めませんでした' })).toContainText(
    'サーバーに接続できませんでした',
  )
  await page.unroute('**/api/v1/credits/transactions?*')
  await page.getByRole('button', { name: 'もう一度読み込む' }).click()
  await expect(ledger(page).getByRole('row')).toHaveCount(21)
})

test('gives STAFF the page without the file', async ({ page, signInAs }) => {
  await signInAs('staff')
  await page.goto('/credits')
  await expect(ledger(page)).toBeVisible()
  await expect(page.getByRole('link', { name: 'CSV で保存' })).toHaveCount(0)
})

test('tells a hotel that has just signed up what to do first', async ({ page, signInAs }) => {
  await signInAs('innOwner')
  await page.goto('/credits')
  await hydrated(page)
  await expect(page.getByText('まだ利用がありません')).toBeVisible()
  await expect(page.getByRole('link', { name: '予約を取り込む' })).toHaveAttribute('href', '/reservations/import')
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
})

test('the operator corrects a balance; the hotel sees it fall, the warning, and the end', async ({
  page,
  browser,
  baseURL,
  signInAs,
  apiAs,
}) => {
  const operator = await apiAs('operator')
  const cityAccount = async () => {
    const { accounts } = (await (await operator.get('/api/v1/credits/accounts')).json()) as AccountsResponse
    const found = accounts.find(({ hotelName }) => hotelName === 'プランタン シティ')
    if (!found) throw new Error('the city hotel has no account')
    return found
  }
  const city = await cityAccount()
  const adjust = (credits: number) =>
    operator.post('/api/v1/credits/adjustments', {
      headers: { 'Idempotency-Key': randomUUID() },
      data: { accountId: city.accountId, credits, reason: '画面の確認のため' },
    })

  const hotelContext = await browser.newContext({ baseURL, locale: 'ja-JP' })
  const hotel = await hotelContext.newPage()
  try {
    await signInAs('cityManager', hotel)
    const streaming = hotel.waitForResponse('**/api/v1/events')
    await hotel.goto('/credits')
    await hydrated(hotel)
    await streaming

    await signInAs('operator')
    await page.goto('/')
    await expect(page).toHaveURL('/operator')
    await hydrated(page)
    await expectAccessible(page)
    await page.getByRole('button', { name: 'プランタン シティの残高を調整する' }).click()
    const form = page.getByRole('dialog', { name: 'プランタン シティ' })
    await form.getByRole('button', { name: '調整する' }).click()
    await expect(form.getByText('理由を3文字以上でご入力ください。')).toBeVisible()
    await form.getByLabel('増減するクレジット').fill(String(-city.availableBalance - 1))
    await expect(form.getByRole('alert')).toContainText(`減らせるのは ${shown(city.availableBalance)} クレジットまで`)
    await expect(form.getByRole('button', { name: '調整する' })).toBeDisabled()
    await form.getByLabel('増減するクレジット').fill(String(40 - city.availableBalance))
    await form.getByLabel('理由').fill('画面の確認のため')
    await expect(form.getByRole('status')).toHaveText(shown(40 + city.currentBalance - city.availableBalance))
    await expectAccessible(page)
    await form.getByRole('button', { name: '調整する' }).click()
    await expect(form).toBeHidden()
    await expect(page.getByText(/プランタン シティの残高は .* クレジットになりました/).first()).toBeVisible()

    await expect(figure(hotel)).toHaveText('40')
    await expect(hotel.getByText('クレジットが残り 40 です')).toBeVisible()
    await expect(hotel.getByText('画面の確認のため').first()).toBeVisible()
    await expectAccessible(hotel)

    expect((await adjust(-40)).status()).toBe(201)
    await expect(figure(hotel)).toHaveText('0')
    await expect(hotel.getByText('クレジットがありません。いまは AI 機能を実行できません')).toBeVisible()
    await expectAccessible(hotel)
  } finally {
    const missing = city.currentBalance - (await cityAccount()).currentBalance
    if (missing !== 0) await adjust(missing)
    await hotelContext.close()
  }
})
