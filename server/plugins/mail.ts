import { resumeMails } from '../domains/mail/resume-mails'
import { env } from '../utils/env'
import { newId } from '../utils/ids'
import { logger } from '../utils/logger'
import { useRuntime } from '../utils/runtime'

/** A server that has been given a mail server sends what was written before. */
export default defineNitroPlugin(() => {
  if (!env().SMTP_URL) return
  resumeMails(useRuntime().db, new Date(), newId()).then(
    (count) => count > 0 && logger.info({ count }, 'mail: mails written before are sent now'),
    (error: unknown) => logger.warn({ err: error }, 'mail: mails written before were not looked for'),
  )
})
