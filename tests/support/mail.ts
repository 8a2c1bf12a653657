import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startMailCatcher } from '../../tools/mail/catcher.mjs'
import type { Mail } from '../../tools/mail/mailbox.mjs'
import { until } from './until'

export interface TestMailbox {
  /** The page on which a person would read them. */
  url: string
  smtpUrl: string
  /** What a server needs to send to it: startServer({ env: mailbox.env }). */
  env: { SMTP_URL: string }
  /** All mails so far, newest first. */
  mails: () => Mail[]
  /** The newest mail that is this one, as soon as it is there. */
  waitFor: (what: string, isIt: (mail: Mail) => boolean) => Promise<Mail>
  stop: () => Promise<void>
}

/** A mail server that keeps what it is sent, on free ports of this machine. */
export async function startMailbox(): Promise<TestMailbox> {
  const folder = mkdtempSync(join(tmpdir(), 'hotel-member-mail-'))
  const { url, smtpUrl, mailbox, stop } = await startMailCatcher({ folder })
  return {
    url,
    smtpUrl,
    env: { SMTP_URL: smtpUrl },
    mails: () => [...mailbox.mails],
    waitFor: (what, isIt) => until(what, () => mailbox.mails.find(isIt)),
    stop: async () => {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
