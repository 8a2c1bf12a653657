import { defineConfig, devices } from '@playwright/test'

/** `npm test` starts the server and finds the browser; TEST_BASE_URL and CHROMIUM_PATH say which. */
export default defineConfig({
  testDir: 'tests/e2e',
  forbidOnly: Boolean(process.env.CI),
  workers: 1,
  timeout: 60_000,
  use: {
    baseURL: process.env.TEST_BASE_URL ?? 'http://localhost:3200',
    locale: 'ja-JP',
    timezoneId: 'Asia/Tokyo',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH,
      // As root there is no sandbox, and nothing may be fetched behind the tests' back.
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        '--disable-quic',
      ],
    },
  },
  projects: [
    { name: 'desktop', use: { ...devices['Desktop Chrome'], viewport: { width: 1280, height: 800 } } },
    { name: 'phone', use: { ...devices['Pixel 7'], viewport: { width: 390, height: 844 } } },
  ],
})
