import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { step } from './messages.mjs'
import { run } from './processes.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const apt = '/usr/bin/apt-get'
const packages = ['chromium', 'fonts-ipafont-gothic']

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ executable: string } | { missing: string }>} a Chromium, or why there is none
 */
export async function findBrowser(signal) {
  const executable = (await installedBrowser()) ?? (await installBrowser(signal))
  return executable ? { executable } : { missing: 'no Chromium found, and none could be installed; set CHROMIUM_PATH' }
}

async function installedBrowser() {
  const { CHROMIUM_PATH } = process.env
  if (CHROMIUM_PATH) return isProgram(CHROMIUM_PATH) ? CHROMIUM_PATH : undefined
  const { chromium } = await import('@playwright/test')
  return onPath() ?? [chromium.executablePath()].find(existsSync)
}

const onPath = () =>
  names.flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))).find(isProgram)

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Debian's package; the font is for the Japanese on the pages. */
async function installBrowser(signal) {
  if (process.env.CHROMIUM_PATH || process.getuid?.() !== 0 || !isProgram(apt)) {
    return undefined
  }
  await step('Chromium をインストールしています', 'installing Chromium', async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    await run(apt, ['update'], { env, signal })
    await run(apt, ['install', '-y', '--no-install-recommends', ...packages], { env, signal })
  })
  return onPath()
}
