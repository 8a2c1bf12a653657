import { createTransport, type SMTPSentMessageInfo, type SMTPTransportOptions, type Transporter } from 'nodemailer'
import { env } from '../../utils/env'
import { logger } from '../../utils/logger'

export type MailTransport = Transporter<SMTPSentMessageInfo, SMTPTransportOptions>

/** A mail server that says nothing for this long counts as not there. */
const patienceMs = 20_000

/** The way to a mail server. A mail is what we wrote: nodemailer reads no file or address for it. */
export function createMailTransport(url: string, timeoutMs = patienceMs): MailTransport {
  return createTransport({
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

let transport: MailTransport | null | undefined

/** The mail server of the settings; null where none is set. */
export function mailTransport(): MailTransport | null {
  if (transport === undefined) {
    const { SMTP_URL } = env()
    transport = SMTP_URL ? createMailTransport(SMTP_URL) : null
    if (!transport) logger.info('mail: SMTP_URL is not set; mails are kept as PENDING')
  }
  return transport
}
