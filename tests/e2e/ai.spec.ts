import { randomUUID } from 'node:crypto'
import AxeBuilder from '@axe-core/playwright'
import { expect, test, type Page } from '@playwright/test'

/** The AI workspace, on the demonstration's hotels. */

const password = 'omotenashi-demo'
const phone = { width: 390, height: 844 }
/** For a first sign-in and a forecast: seconds, more while the machine is busy. */
const longEnough = { timeout: 20_000 }

async function openAi(page: Page, account: string): Promise<void> {
  await page.goto('/sign-in?to=/ai')
  await page.waitForLoadState('networkidle')
  await page.locator('input[type=email]').fill(account)
  await page.locator('input[type=password]').fill(password)
  await page.locator('button[type=submit]').click()
  await expect(page.getByRole('heading', { level: 1, name: 'AI' })).toBeVisible(longEnough)
  await page.waitForLoadState('networkidle')
}

const choose = (page: Page, name: string) => page.getByRole('radio', { name }).check({ force: true })
const run = (page: Page) => page.getByRole('button', { name: '実行する' })

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)])).toEqual([])
}

test('a manager sees the price, runs a prediction, and reads what it is worth', async ({ page }) => {
  await openAi(page, 'manager@plantan.example')
  await expect(page.getByTestId('estimate')).toHaveText('見積もり 8 クレジット、最大 8 クレジット', longEnough)
  await run(page).click()
  await expect(run(page)).toHaveCount(0)
  await expect(page.getByRole('button', { name: '停止する' })).toBeVisible()

  await expect(page.getByTestId('charge')).toContainText('8 クレジットを使いました', longEnough)
  await expect(page.getByTestId('forecast-mean')).toHaveText(/^\d+(\.\d)?$/)
  await expect(page.getByTestId('data-until')).toHaveText(/^201\d年\d+月\d+日.*まで$/)
  await expect(page.getByTestId('backtest')).toContainText('前の週と同じとみなした場合は')
  await expect(page.getByTestId('answer')).toContainText('までのデータに基づいています')

  await page.getByRole('button', { name: '表で見る' }).click()
  await expect(page.getByRole('columnheader', { name: '予測', exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'グラフで見る' }).click()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'CSV で保存' }).click()
  expect((await download).suggestedFilename()).toMatch(/^forecast-arrivals-\d{4}-\d\d-\d\d\.csv$/)
  await expectAccessible(page)
  await page.setViewportSize(phone)
  await expectAccessible(page)
})

test('a chat streams, shows the passage behind it, and is found again in the list', async ({ page }) => {
  await openAi(page, 'staff@plantan.example')
  await choose(page, 'チャットボット')
  await expect(run(page)).toBeDisabled()
  await page.getByLabel('質問', { exact: true }).fill('犬を連れて行けますか')
  await expect(page.getByTestId('estimate')).toHaveText('見積もり 2 クレジット、最大 2 クレジット')
  await run(page).click()
  await expect(page.getByTestId('answer')).toContainText('オフラインアシスタント')
  await expect(page.getByTestId('charge')).toContainText('2 クレジットを使いました')

  await page.getByRole('button', { name: /^ペットの同伴/ }).click()
  const passage = page.getByRole('dialog', { name: 'ペットの同伴' })
  await expect(passage).toContainText('身体障害者補助犬')
  await expectAccessible(page)
  await page.keyboard.press('Escape')

  await page.reload()
  await page
    .getByRole('button', { name: /犬を連れて行けますか/ })
    .first()
    .click()
  await expect(page.getByTestId('answer')).toContainText('補助犬')
  await page.setViewportSize(phone)
  await expectAccessible(page)
})

test('a question that the knowledge base does not answer costs nothing', async ({ page }) => {
  await openAi(page, 'staff@plantan.example')
  await choose(page, 'チャットボット')
  await page.getByLabel('質問', { exact: true }).fill('ヘリポートはありますか')
  await expect(run(page)).toBeEnabled()
  await run(page).click()
  await expect(page.getByTestId('answer')).toContainText('ナレッジベースに見つかりませんでした')
  await expect(page.getByTestId('charge')).toContainText('クレジットを消費していません')
  await expect(page.getByRole('heading', { name: '回答' })).toBeFocused()
})

test('a first day out of range is refused in plain words, without an estimate', async ({ page }) => {
  await openAi(page, 'manager@plantan.example')
  await page.getByLabel('予測の開始日').fill('2030-01-01')
  await expect(page.getByTestId('refusal')).toContainText(/予測の開始日は \d+年\d+月\d+日 から/)
  await expect(page.getByTestId('refusal')).not.toContainText('customOptions')
  await expect(page.getByTestId('estimate')).toHaveText('')
  await expect(run(page)).toBeDisabled()
})

test('a run opened again brings back what was asked', async ({ page }) => {
  await openAi(page, 'manager@plantan.example')
  await page.getByRole('radio', { name: '稼働客室数' }).click()
  await page.getByRole('radio', { name: '60 日' }).click()
  await expect(page.getByTestId('estimate')).toContainText('見積もり', longEnough)
  await run(page).click()
  await expect(page.getByTestId('charge')).toContainText('実行後の残高は', longEnough)
  await page.reload()
  await page.waitForLoadState('networkidle')
  await page
    .getByRole('button', { name: /稼働客室数の予測\(60 日\)/ })
    .first()
    .click()
  await expect(page.getByTestId('forecast-mean')).toBeVisible()
  await expect(page.getByRole('radio', { name: '稼働客室数' })).toBeChecked()
  await expect(page.getByRole('radio', { name: '60 日' })).toBeChecked()
})

test('a stopped chat keeps what was written, and says what it cost', async ({ page }) => {
  await openAi(page, 'manager@city.plantan.example')
  await choose(page, 'チャットボット')
  await page.getByLabel('質問', { exact: true }).fill('宿泊税と支払いと領収書を教えてください')
  await expect(run(page)).toBeEnabled()
  await run(page).click()
  await expect(page.getByTestId('answer')).toBeVisible()
  await page.getByRole('button', { name: '停止する' }).click()
  await expect(page.getByText('途中で停止しました')).toBeVisible()
  await expect(page.getByTestId('charge')).toContainText('2 クレジットを使いました')
})

test('another hotel’s manager finds none of the first hotel’s runs', async ({ page }) => {
  await openAi(page, 'manager@city.plantan.example')
  await expect(page.getByText('犬を連れて行けますか')).toHaveCount(0)
})

test('the inn is told which plan has the prediction, and that its knowledge base is empty', async ({ page }) => {
  await openAi(page, 'owner@inn.example')
  await choose(page, '需要予測')
  await expect(page.getByText('プロフェッショナルプランからご利用いただけます')).toBeVisible()
  await expect(run(page)).toHaveCount(0)
  await expectAccessible(page)
  await choose(page, 'チャットボット')
  await expect(page.getByText('ナレッジベースが空です')).toBeVisible()
  await expect(page.getByText('サービスの運営者へお問い合わせください')).toBeVisible()
  await expect(run(page)).toHaveCount(0)
  await page.setViewportSize(phone)
  await expectAccessible(page)
})

test('a low balance is announced, and a run it cannot pay is refused with what is missing', async ({
  page,
  baseURL,
}) => {
  const operator = await operatorOf(baseURL ?? '')
  const balance = await operator.balanceOf('プランタン シティ')
  await operator.adjust(3 - balance)
  try {
    await openAi(page, 'manager@city.plantan.example')
    await expect(page.getByText('クレジットが残り 3 です')).toBeVisible()
    await choose(page, 'チャットボット')
    await page.getByLabel('質問', { exact: true }).fill('宿泊税を教えてください')
    await expect(run(page)).toBeEnabled()
    await run(page).click()
    await expect(page.getByTestId('charge')).toContainText('残高は 1 クレジット')
    await expect(page.getByText('クレジットが残り 1 です')).toBeVisible()
    await run(page).click()
    await expect(page.getByTestId('refusal')).toContainText('必要 2 クレジットに対し、利用できるのは 1 クレジットです')
    await expectAccessible(page)
  } finally {
    await operator.adjust(balance - 1)
  }
})

/** The platform's operator over the API: sets an account to what a test needs, and back. */
async function operatorOf(baseURL: string) {
  const headers = { origin: new URL(baseURL).origin, 'content-type': 'application/json' }
  const body = JSON.stringify({ email: 'operator@hotel-member.example', password })
  const answer = await fetch(`${baseURL}/api/v1/auth/sign-in`, { method: 'POST', headers, body })
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  let accountId = ''
  return {
    async balanceOf(name: string): Promise<number> {
      const found = await fetch(`${baseURL}/api/v1/credits/accounts`, { headers: { cookie } })
      const { accounts } = (await found.json()) as {
        accounts: { accountId: string; hotelName: string; currentBalance: number }[]
      }
      const account = accounts.find(({ hotelName }) => hotelName.startsWith(name))
      if (!account) throw new Error(`no account of ${name}`)
      accountId = account.accountId
      return account.currentBalance
    },
    async adjust(credits: number): Promise<void> {
      if (credits === 0) return
      const changed = await fetch(`${baseURL}/api/v1/credits/adjustments`, {
        method: 'POST',
        headers: { ...headers, cookie, 'idempotency-key': randomUUID() },
        body: JSON.stringify({ accountId, credits, reason: 'browser tests' }),
      })
      if (!changed.ok) throw new Error(await changed.text())
    },
  }
}
