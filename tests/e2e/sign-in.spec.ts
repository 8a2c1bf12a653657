import { expect } from '@playwright/test'
import { test, accounts, expectAccessible, expectNoSidewaysScroll, hydrated, openMenu, password } from './support'

test.describe('signing in', () => {
  test('a visitor is sent to the sign-in page and, signed in, to where they wanted to go', async ({ page }) => {
    await page.goto('/credits?from=mail')
    await expect(page).toHaveURL(/\/sign-in\?to=/)
    await expect(page).toHaveTitle(/サインイン/)
    await hydrated(page)
    await expect(page.getByLabel('メールアドレス')).toBeFocused()
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)

    await page.keyboard.type(accounts.owner)
    await page.getByLabel('パスワード', { exact: true }).fill(password)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL('/credits?from=mail')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('クレジット')
  })

  test('a wrong password is said in place, and the next try begins in its field', async ({ page }) => {
    await page.goto('/sign-in')
    await hydrated(page)
    const passwordField = page.getByLabel('パスワード', { exact: true })
    await page.getByLabel('メールアドレス').fill('nobody@plantan.example')
    await passwordField.fill('wrong')
    await page.getByRole('button', { name: 'サインインする' }).click()
    await expect(page.getByRole('alert')).toContainText('メールアドレスまたはパスワードが正しくありません')
    await expect(passwordField).toBeFocused()
    await expect(passwordField).toHaveValue('')
    await expectAccessible(page)

    await page.getByRole('button', { name: 'サインインする' }).click()
    await expect(page.getByText('パスワードをご入力ください。')).toBeVisible()
    await expect(page.getByText('正しくありません')).toHaveCount(0)
  })

  test('fields left empty are named, and the password can be looked at', async ({ page }) => {
    await page.goto('/sign-in')
    await hydrated(page)
    await page.getByRole('button', { name: 'サインインする' }).click()
    await expect(page.getByText('メールアドレスをご入力ください。')).toBeVisible()
    await expect(page.getByText('パスワードをご入力ください。')).toBeVisible()
    await expectAccessible(page)

    const passwordField = page.getByLabel('パスワード', { exact: true })
    await passwordField.fill('ひみつ')
    await page.getByRole('button', { name: 'パスワードを表示する' }).click()
    await expect(passwordField).toHaveAttribute('type', 'text')
    await page.getByRole('button', { name: 'パスワードを隠す' }).click()
    await expect(passwordField).toHaveAttribute('type', 'password')
  })

  test('a link cannot lead from the sign-in page to another site', async ({ page, signInAs }) => {
    await signInAs('manager')
    await page.goto('/sign-in?to=//elsewhere.example/credits')
    await expect(page).toHaveURL('/credits')
  })

  test('signing out ends the session', async ({ page }) => {
    await page.goto('/sign-in')
    await hydrated(page)
    await page.getByLabel('メールアドレス').fill(accounts.staff)
    await page.getByLabel('パスワード', { exact: true }).fill(password)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL('/credits')
    await page.getByRole('button', { name: /佐藤 美咲/ }).click()
    await expect(page.getByRole('menu').getByText(accounts.staff)).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('menuitem', { name: 'サインアウト' }).click()
    await expect(page).toHaveURL(/\/sign-in$/)
    await page.goto('/credits')
    await expect(page).toHaveURL(/\/sign-in\?to=/)
  })
})

test.describe('the shell', () => {
  test('leads each role to what it may do', async ({ page, signInAs }) => {
    await signInAs('staff')
    await page.goto('/')
    await expect(page).toHaveURL('/credits')
    await hydrated(page)
    await openMenu(page)
    const menu = page.getByRole('navigation', { name: '主なページ' }).filter({ visible: true })
    await expect(menu.getByRole('link')).toHaveText(['クレジット', '予約', 'AI'])
    await expect(menu.getByRole('link', { name: 'クレジット' })).toHaveAttribute('aria-current', 'page')
  })

  test('refuses a page the role may not open, with the role that may and a way home', async ({ page, signInAs }) => {
    await signInAs('staff')
    const answer = await page.goto('/operator')
    expect(answer?.status()).toBe(403)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('このページを開く権限がありません')
    await expect(page.getByText('運営者の権限が必要です')).toBeVisible()
    await expectAccessible(page)
    await hydrated(page)
    await page.getByRole('button', { name: '最初のページへ戻る' }).click()
    await expect(page).toHaveURL('/credits')
  })

  test('says so when a page does not exist', async ({ page }) => {
    const answer = await page.goto('/no-such-page')
    expect(answer?.status()).toBe(404)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('ページが見つかりません')
    await expectAccessible(page)
  })

  test('speaks English when asked, and goes on doing so', async ({ page, isMobile, signInAs }) => {
    await signInAs('manager')
    await page.goto('/credits')
    await hydrated(page)
    await expect(page.locator('html')).toHaveAttribute('lang', 'ja')
    if (isMobile) {
      await page.getByRole('button', { name: /高橋 健一/ }).click()
      await page.getByRole('menuitem', { name: 'English' }).click()
    } else {
      await page.getByRole('button', { name: 'English' }).click()
    }
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Credits')
    await page.reload()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Credits')
    await expect(page.locator('html')).toHaveAttribute('lang', 'en')
    await expectAccessible(page)
  })

  test('turns dark when asked, and stays so', async ({ page, isMobile, signInAs }) => {
    await signInAs('manager')
    await page.goto('/credits')
    await hydrated(page)
    const name = '暗い表示に切り替える'
    if (isMobile) {
      await page.getByRole('button', { name: /高橋 健一/ }).click()
      await page.getByRole('menuitem', { name }).click()
    } else {
      await page.getByRole('button', { name }).click()
    }
    await expect(page.locator('html')).toHaveClass(/\bdark\b/)
    await page.reload()
    await expect(page.locator('html')).toHaveClass(/\bdark\b/)
  })

  test('shows where the keyboard stands, on the quiet buttons as well', async ({ page, isMobile, signInAs }) => {
    await signInAs('manager')
    const answer = await page.goto('/credits')
    expect(answer?.headers()['cache-control']).toBe('no-store')
    await hydrated(page)
    const quiet = [
      /高橋 健一/,
      '表で見る',
      'さらに表示',
      ...(isMobile ? ['メニューを開く'] : ['English', /切り替える/]),
    ]
    await page.keyboard.press('Tab')
    for (const name of quiet) {
      const button = page.getByRole('button', { name }).first()
      await button.focus()
      expect(await button.evaluate((element) => element.matches(':focus-visible'))).toBe(true)
      await expect(button).toHaveCSS('outline-style', 'solid')
      await expect(button).toHaveCSS('outline-width', '2px')
    }
  })

  test('lets the keyboard skip to the content', async ({ page, signInAs }) => {
    await signInAs('manager')
    await page.goto('/credits')
    await hydrated(page)
    await page.keyboard.press('Tab')
    await expect(page.getByRole('link', { name: '本文へ移動' })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page.locator('#main')).toBeFocused()
  })
})
