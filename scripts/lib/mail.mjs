import { join } from 'node:path'
import { words } from './messages.mjs'
import { freeLoopbackPort } from './ports.mjs'

/** Where mail catchers are usually looked at. */
const usualPage = 8025

/**
 * Starts what takes the demonstration's mails in place of a mail server.
 * @param {string} dataDir keeps the mails
 */
export async function startMail(dataDir) {
  const { startMailCatcher } = await import('../../tools/mail/catcher.mjs')
  const pagePort = await freeLoopbackPort(usualPage)
  const { smtpUrl, url, stop } = await startMailCatcher({ folder: join(dataDir, 'mail'), pagePort })
  return { env: { SMTP_URL: smtpUrl }, url, stop }
}

/** @param {string} url */
export const listMail = (url) => words(`送られたメールは ${url} で読めます`, `mails are read at ${url}`)
