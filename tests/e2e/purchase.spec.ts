import { randomUUID } from 'node:crypto'
import { expect, type APIRequestContext, type Page } from '@playwright/test'
import type { BalanceResponse } from '../../shared/schemas/credits'
import type { CardsResponse, PurchaseOptionsResponse, PurchaseResponse } from '../../shared/schemas/payments'
import { test, expectAccessible, expectNoSidewaysScroll, hydrated } from './support'

/** Stripe's documented test cards. */
const cards = {
  visa: '4242424242424242',
  jcb: '3566002020360505',
  declined: '4000000000000002',
  authenticate: '4000002760003184',
}
/** The smallest package: ¥1,200 and 10% tax. */
const credits = 100
const pay = '¥1,320 を支払う'

const shown = (count: number) => count.toLocaleString('ja-JP')
const balanceOf = async (api: APIRequestContext) =>
  ((await (await api.get('/api/v1/credits/balance')).json()) as BalanceResponse).balance
const figure = (page: Page) => page.getByTestId('available-balance')
const purchase = (page: Page) => page.getByRole('dialog', { name: 'クレジットを購入' })
const opener = (page: Page) => page.getByRole('button', { name: 'クレジットを購入' }).first()

async function openPurchase(page: Page): Promise<void> {
  await page.goto('/credits')
  await hydrated(page)
  await opener(page).click()
  await purchase(page)
    .getByRole('radio', { name: /^100 ?クレジット/ })
    .check()
}

async function typeCard(page: Page, number: string): Promise<void> {
  const frame = page.frameLocator('[data-testid=card-field] iframe')
  await frame.getByLabel('カード番号').fill(number)
  await frame.getByLabel('有効期限(月 / 年)').fill('1230')
  await frame.getByLabel('セキュリティコード(CVC)').fill('123')
}

async function payWithCard(page: Page, number: string): Promise<void> {
  await purchase(page).getByRole('radio', { name: anotherCard }).check()
  await typeCard(page, number)
  await purchase(page).getByRole('button', { name: pay }).click()
}

/** "別のカード" where one is stored. */
const anotherCard = /^(別の)?カード$/
const bank = (page: Page) => page.frameLocator('iframe[title="3Dセキュア認証(テスト環境)"]')

/** No stored card is left over from another run. */
async function withoutCards(api: APIRequestContext): Promise<void> {
  const { cards: stored } = (await (await api.get('/api/v1/billing/cards')).json()) as CardsResponse
  for (const { id } of stored) expect((await api.delete(`/api/v1/billing/cards/${id}`)).status()).toBe(200)
}

test('buys by card: the balance moves at once, in a second tab too', async ({ page, context, signInAs, apiAs }) => {
  const api = await apiAs('manager')
  await signInAs('manager')
  const second = await context.newPage()
  const streaming = second.waitForResponse('**/api/v1/events')
  await second.goto('/credits')
  await hydrated(second)
  await streaming
  const before = await balanceOf(api)

  await openPurchase(page)
  const form = purchase(page)
  await form.getByRole('radio', { name: anotherCard }).check()
  await expect(form.getByText('消費税(10%)')).toBeVisible()
  await expect(form.getByRole('button', { name: pay })).toBeDisabled()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await payWithCard(page, cards.visa)

  await expect(form.getByRole('heading', { name: `${credits} クレジットを購入しました` })).toBeFocused()
  await expect(form.getByTestId('result-balance')).toHaveText(`${shown(before.currentBalance + credits)} クレジット`)
  await expect(form.getByTestId('result-paid')).toContainText('¥1,320')
  await expectAccessible(page)
  for (const tab of [page, second]) await expect(figure(tab)).toHaveText(shown(before.availableBalance + credits))
  await form.getByRole('button', { name: '閉じる' }).last().click()
  await expect(form).toBeHidden()
  await expect(opener(page)).toBeFocused()
})

test('prices a bulk package to the yen, with the keyboard alone', async ({ page, signInAs }) => {
  await signInAs('manager')
  await page.goto('/credits')
  await hydrated(page)
  await opener(page).press('Enter')
  const form = purchase(page)
  await form.getByRole('radio', { name: /^100 ?クレジット/ }).focus()
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowDown')
  const bulk = form.getByRole('radio', { name: /^10,000 ?クレジット/ })
  await expect(bulk).toBeChecked()
  await expect(bulk).toHaveAccessibleName(/25%引き 大口.*¥99,000 税込 税抜 ¥90,000 1クレジット ¥9/)
  const summary = form.getByRole('region', { name: 'ご購入の内容' })
  await expect(summary).toContainText('¥120,000')
  await expect(summary).toContainText('割引(25%)')
  await expect(summary).toContainText('−¥30,000')
  await expect(summary).toContainText('¥9,000')
  await expect(form.getByRole('button', { name: '¥99,000 を支払う' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(form).toBeHidden()
  await expect(opener(page)).toBeFocused()
})

test('a declined card: says why, keeps the choice, and another card pays once', async ({ page, signInAs, apiAs }) => {
  const api = await apiAs('manager')
  await signInAs('manager')
  const before = await balanceOf(api)
  await openPurchase(page)
  await payWithCard(page, cards.declined)
  const form = purchase(page)
  await expect(form.getByRole('alert')).toContainText('カード会社がお支払いを承認しませんでした')
  await expect(form.getByRole('radio', { name: /^100 ?クレジット/ })).toBeChecked()
  await expectAccessible(page)
  expect((await balanceOf(api)).currentBalance).toBe(before.currentBalance)
  await payWithCard(page, cards.visa)
  await expect(form.getByTestId('result-balance')).toHaveText(`${shown(before.currentBalance + credits)} クレジット`)
})

test('3-D Secure: refused nothing is paid, accepted it is', async ({ page, signInAs, apiAs }) => {
  const api = await apiAs('manager')
  await signInAs('manager')
  const before = await balanceOf(api)
  await openPurchase(page)
  await payWithCard(page, cards.authenticate)
  await bank(page).getByRole('button', { name: '拒否する' }).click()
  const form = purchase(page)
  await expect(form.getByRole('alert')).toContainText('本人認証が完了しませんでした')
  expect((await balanceOf(api)).currentBalance).toBe(before.currentBalance)

  await payWithCard(page, cards.authenticate)
  await bank(page).getByRole('button', { name: '認証する' }).click()
  await expect(form.getByRole('heading', { name: 'クレジットを購入しました' })).toBeVisible()
  await expect(figure(page)).toHaveText(shown(before.availableBalance + credits))
  await expect(form.getByTestId('result-balance')).toHaveText(`${shown(before.currentBalance + credits)} クレジット`)
})

test('closed in the middle, it says so quietly and still ends right', async ({ page, signInAs, apiAs }) => {
  const api = await apiAs('manager')
  await signInAs('manager')
  const before = await balanceOf(api)
  await openPurchase(page)
  // Stripe has charged, but its news is held up on the way to the page.
  let letThrough = () => {}
  const held = new Promise<void>((done) => (letThrough = done))
  await page.route('**/api/v1/credits/purchase', async (route) => {
    const response = await route.fetch()
    await held
    await route.fulfill({ response })
  })
  await payWithCard(page, cards.visa)
  const form = purchase(page)
  await expect(form.getByRole('button', { name: pay })).toBeDisabled()
  await page.keyboard.press('Escape')
  await expect(form.getByText('閉じても処理は続き、結果は残高と購入履歴に反映されます。')).toBeVisible()
  await expectAccessible(page)
  await form.getByRole('button', { name: '閉じて待つ' }).click()
  await expect(form).toBeHidden()
  await expect(figure(page)).toHaveText(shown(before.availableBalance + credits))
  letThrough()
  await expect(page.getByText(`${credits} クレジットを購入しました`).first()).toBeVisible()
})

test('the browser gone in the middle: the purchase ends without it', async ({ page, signInAs, apiAs }) => {
  const api = await apiAs('manager')
  await signInAs('manager')
  const before = await balanceOf(api)
  await openPurchase(page)
  const sent = page.waitForRequest('**/api/v1/credits/purchase')
  await payWithCard(page, cards.visa)
  await sent
  await page.close()
  await expect.poll(async () => (await balanceOf(api)).currentBalance).toBe(before.currentBalance + credits)
})

test('an answer that is lost: the same purchase is asked after, and paid once', async ({ page, signInAs, apiAs }) => {
  const api = await apiAs('manager')
  await signInAs('manager')
  const before = await balanceOf(api)
  await openPurchase(page)
  const keys: (string | undefined)[] = []
  await page.route('**/api/v1/credits/purchase', async (route) => {
    keys.push(route.request().headers()['idempotency-key'])
    if (keys.length > 1) return route.continue()
    await route.fetch()
    await route.abort()
  })
  await payWithCard(page, cards.visa)
  const form = purchase(page)
  await expect(form.getByRole('alert')).toContainText('お支払いの結果を確認できませんでした')
  await expect(form.getByRole('radio', { name: /^500 ?クレジット/ })).toBeDisabled()
  await expectAccessible(page)
  await form.getByRole('button', { name: '結果をもう一度確認する' }).click()
  await expect(form.getByTestId('result-balance')).toHaveText(`${shown(before.currentBalance + credits)} クレジット`)
  expect(keys).toHaveLength(2)
  expect(keys[1]).toBe(keys[0])
  expect((await balanceOf(api)).currentBalance).toBe(before.currentBalance + credits)
})

test('a saved card stands in the settings, pays by itself, and can be removed', async ({ page, signInAs, apiAs }) => {
  const api = await apiAs('owner')
  await withoutCards(api)
  await signInAs('owner')
  await openPurchase(page)
  const form = purchase(page)
  await form.getByRole('checkbox', { name: 'このカードを保存する' }).check()
  await payWithCard(page, cards.visa)
  await expect(form.getByText('カードを保存しました。')).toBeVisible()
  await form.getByRole('link', { name: '購入履歴を見る' }).click()
  await expect(page).toHaveURL('/settings/billing')
  const list = page.getByRole('region', { name: 'お支払い方法' })
  await expect(list.getByRole('listitem')).toContainText(['Visa •••• 4242'])
  await expect(page.getByRole('table', { name: 'クレジットの購入、新しい順' }).getByRole('row').nth(1)).toContainText(
    '¥1,320',
  )
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)

  const before = await balanceOf(api)
  await openPurchase(page)
  await form.getByRole('radio', { name: /Visa •••• 4242/ }).check()
  await form.getByRole('button', { name: pay }).click()
  await expect(form.getByTestId('result-balance')).toHaveText(`${shown(before.currentBalance + credits)} クレジット`)
  await expect(form.getByTestId('result-paidWith')).toHaveText('Visa •••• 4242')

  await page.goto('/settings/billing')
  await hydrated(page)
  await page.getByRole('button', { name: 'Visa •••• 4242 を削除する' }).click()
  const sure = page.getByRole('dialog', { name: 'Visa •••• 4242 を削除しますか' })
  await expect(sure).toContainText('自動購入をお使いの場合は、停止します')
  await expectAccessible(page)
  await sure.getByRole('button', { name: '削除する' }).click()
  await expect(list.getByText('登録されたカードはありません')).toBeVisible()
})

test('cards are added in the settings, with the bank’s consent, and the default is chosen', async ({
  page,
  signInAs,
  apiAs,
}) => {
  await withoutCards(await apiAs('owner'))
  await signInAs('owner')
  await page.goto('/settings/billing')
  await hydrated(page)
  const list = page.getByRole('region', { name: 'お支払い方法' })
  const add = async (number: string) => {
    await list.getByRole('button', { name: 'カードを登録' }).click()
    await typeCard(page, number)
    await list.getByRole('button', { name: 'このカードを登録する' }).click()
  }
  await add(cards.authenticate)
  await bank(page).getByRole('button', { name: '拒否する' }).click()
  await expect(list.getByRole('alert')).toContainText('本人認証が完了しませんでした')
  await expectAccessible(page)
  await list.getByRole('button', { name: 'やめる' }).click()
  await add(cards.visa)
  await expect(list.getByRole('listitem')).toHaveCount(1)
  await add(cards.jcb)
  await expect(list.getByRole('listitem')).toHaveCount(2)
  await expect(list.getByRole('listitem').first()).toContainText('Visa •••• 4242')
  await list.getByRole('button', { name: 'JCB •••• 0505 を既定にする' }).click()
  await expect(list.getByRole('listitem').first()).toContainText('JCB •••• 0505')
  await expect(list.getByRole('listitem').first()).toContainText('既定')
  await withoutCards(await apiAs('owner'))
  await expect(list.getByRole('listitem')).toHaveCount(0)
})

test('a charge of a stored card that the bank stops waits for its owner, on a page of its own', async ({
  page,
  signInAs,
  apiAs,
}) => {
  const api = await apiAs('owner')
  await withoutCards(api)
  await signInAs('owner')
  await page.goto('/settings/billing')
  await hydrated(page)
  const list = page.getByRole('region', { name: 'お支払い方法' })
  await list.getByRole('button', { name: 'カードを登録' }).click()
  await typeCard(page, cards.authenticate)
  await list.getByRole('button', { name: 'このカードを登録する' }).click()
  await bank(page).getByRole('button', { name: '認証する' }).click()
  await expect(list.getByRole('listitem')).toContainText(['3184'])

  const before = await balanceOf(api)
  const answer = await api.post('/api/v1/credits/purchase', {
    headers: { 'Idempotency-Key': randomUUID() },
    data: { packageId: '00000000-0000-7000-8000-000000000101', paymentMethod: 'stored_card' },
  })
  const { purchase: waiting, payment } = (await answer.json()) as PurchaseResponse
  expect(payment.paymentStatus).toBe('requires_action')
  const path = `/settings/billing/authenticate/${waiting.transactionId}`
  await expect(page.getByRole('link', { name: '本人認証へ進む' }).first()).toHaveAttribute('href', path)
  await page.goto(path)
  await hydrated(page)
  await expect(page.getByText('¥1,320')).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await page.getByRole('button', { name: '本人認証へ進む' }).click()
  await bank(page).getByRole('button', { name: '認証する' }).click()
  await expect(page.getByText(`${credits} クレジットの購入が完了しました`)).toBeVisible()
  await expectAccessible(page)
  expect((await balanceOf(api)).currentBalance).toBe(before.currentBalance + credits)
  await withoutCards(api)
})

test('buys by invoice: issued at once, and its PDF can be saved', async ({ page, signInAs }) => {
  await signInAs('manager')
  await openPurchase(page)
  const form = purchase(page)
  await form.getByRole('radio', { name: /^請求書払い/ }).check()
  await form.getByLabel('請求書の送付先').fill('keiri@plantan.example')
  await expectAccessible(page)
  await form.getByRole('button', { name: '¥1,320 の請求書を発行する' }).click()
  await expect(form.getByRole('heading', { name: /請求書 \d{5}-\d{4}-\d{4} を発行しました/ })).toBeVisible()
  await expect(form.getByTestId('result-dueOn')).toContainText('日(')
  await expectAccessible(page)
  const download = page.waitForEvent('download')
  await form.getByRole('link', { name: '請求書(PDF)を保存' }).click()
  expect((await download).suggestedFilename()).toMatch(/\.pdf$/)
  await form.getByRole('link', { name: '購入履歴を見る' }).click()
  const invoices = page.getByRole('table', { name: '請求書、新しい順' })
  await expect(invoices.getByRole('row').nth(1)).toContainText('¥1,320')
  await expect(invoices.getByRole('row').nth(1)).toContainText('ご入金待ち')
  await expectAccessible(page)
})

test('a link opens the window; STAFF gets neither window nor page', async ({ page, signInAs, browser, baseURL }) => {
  await signInAs('manager')
  await page.goto('/credits?buy=1')
  await hydrated(page)
  await expect(purchase(page)).toBeVisible()
  await expect(page).toHaveURL('/credits')

  const other = await browser.newContext({ baseURL, locale: 'ja-JP' })
  const staff = await other.newPage()
  await signInAs('staff', staff)
  await staff.goto('/credits?buy=1')
  await hydrated(staff)
  await expect(figure(staff)).toBeVisible()
  await expect(purchase(staff)).toHaveCount(0)
  await expect(opener(staff)).toHaveCount(0)
  await expect(staff.getByRole('link', { name: 'お支払い' })).toHaveCount(0)
  await staff.goto('/settings/billing')
  await expect(staff.getByText('このページを開く権限がありません')).toBeVisible()
  await other.close()
})

test('a manager sees cards and recipient, and who may change them', async ({ page, signInAs }) => {
  await signInAs('manager')
  await page.goto('/settings/billing')
  await hydrated(page)
  await expect(page.getByRole('heading', { name: '購入履歴' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'カードを登録' })).toHaveCount(0)
  await expect(page.getByText('請求先の変更は、管理者の方が行えます。')).toBeVisible()
  await expectAccessible(page)
})

test('where no card can be used, says so and offers the invoice', async ({ page, signInAs }) => {
  await signInAs('manager')
  await page.route('**/api/v1/billing/options', async (route) => {
    const response = await route.fetch()
    const options = (await response.json()) as PurchaseOptionsResponse
    const card = { isAvailable: false, publishableKey: null, stripeJsUrl: null }
    await route.fulfill({ response, json: { ...options, card, storedCards: [] } })
  })
  await openPurchase(page)
  const form = purchase(page)
  await expect(form.getByText('決済サービスが設定されていません')).toBeVisible()
  await expect(form.getByRole('radio', { name: /カード$/ })).toHaveCount(0)
  await expect(form.getByRole('radio', { name: /^請求書払い/ })).toBeChecked()
  await expectAccessible(page)
})

test('says what could not be loaded, and loads it when asked again', async ({ page, signInAs }) => {
  await signInAs('manager')
  await page.route('**/api/v1/credits/packages', (route) => route.abort())
  await page.goto('/credits')
  await hydrated(page)
  await opener(page).click()
  await expect(purchase(page).getByRole('alert').filter({ hasText: '読み込めませんでした' })).toBeVisible()
  await expectAccessible(page)
  await page.unroute('**/api/v1/credits/packages')
  await purchase(page).getByRole('button', { name: 'もう一度読み込む' }).click()
  await expect(purchase(page).getByRole('radio', { name: /^100 ?クレジット/ })).toBeVisible()
})
