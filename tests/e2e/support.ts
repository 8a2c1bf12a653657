import AxeBuilder from '@axe-core/playwright'
import { expect, request, test as base, type APIRequestContext, type BrowserContext, type Page } from '@playwright/test'

/** The demonstration's accounts, as printed at every start. */
export const accounts = {
  staff: 'staff@plantan.example',
  manager: 'manager@plantan.example',
  owner: 'owner@plantan.example',
  cityManager: 'manager@city.plantan.example',
  innOwner: 'owner@inn.example',
  operator: 'operator@hotel-member.example',
} as const
export type Account = keyof typeof accounts
export const password = 'omotenashi-demo'

type State = Awaited<ReturnType<BrowserContext['storageState']>>
/** Sign-ins are limited by the minute: each account signs in once a worker, and its cookie is used again. */
const states = new Map<Account, State>()

async function stateOf(account: Account, baseURL: string): Promise<State> {
  const known = states.get(account)
  if (known) return known
  const api = await request.newContext({ baseURL, extraHTTPHeaders: { origin: baseURL } })
  const answer = await api.post('/api/v1/auth/sign-in', { data: { email: accounts[account], password } })
  expect(answer.status()).toBe(200)
  const state = await api.storageState()
  await api.dispose()
  states.set(account, state)
  return state
}

interface People {
  /** Signs the page's browser in, without going through the form. */
  signInAs: (account: Account, on?: Page) => Promise<void>
  /** A second person at another desk, who has no page. */
  apiAs: (account: Account) => Promise<APIRequestContext>
}

export const test = base.extend<People>({
  signInAs: async ({ page, baseURL }, use) => {
    await use(async (account, on = page) => {
      const { cookies } = await stateOf(account, baseURL ?? '')
      await on.context().addCookies(cookies)
    })
  },
  apiAs: async ({ baseURL }, use) => {
    const opened: APIRequestContext[] = []
    await use(async (account) => {
      const storageState = await stateOf(account, baseURL ?? '')
      const api = await request.newContext({ baseURL, extraHTTPHeaders: { origin: baseURL ?? '' }, storageState })
      opened.push(api)
      return api
    })
    await Promise.all(opened.map((api) => api.dispose()))
  },
})

/** No violation of the accessibility rules, neither in the light nor in the dark. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await expect(page.locator('html')).toHaveClass(new RegExp(`\\b${colorScheme}\\b`))
    const { violations } = await new AxeBuilder({ page }).analyze()
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`)
    expect(found, colorScheme).toEqual([])
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
}

/** The page's script has taken over from the server's rendering. */
export async function hydrated(page: Page): Promise<void> {
  await page.waitForFunction(
    () => (window as Window & { useNuxtApp?: () => { isHydrating?: boolean } }).useNuxtApp?.().isHydrating === false,
  )
}

/** Nothing sticks out at the right. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
}

/** The menu stands at the side, or on a phone behind its button. */
export async function openMenu(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'メニューを開く' })
  if (await button.isVisible()) await button.click()
}
