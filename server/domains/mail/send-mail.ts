import type { Context } from '../../utils/context'
import type { MailMessage } from '../../generated/prisma/client'
import { env } from '../../utils/env'
import { logger } from '../../utils/logger'
import type { MailTransport } from './mail-transport'
import { recipients } from './queue-mail'

export interface Attachment {
  filename: string
  contentType: string
  content: Buffer
}
/** Makes what a mail carries when it is sent: mail knows none of the domains above it. */
export type AttachmentRenderer = (ctx: Context, id: string) => Promise<Attachment>

export interface Sending {
  /** Null where no mail server is set: mails stay as they are. */
  transport: MailTransport | null
  /** By the kind of the attachment. */
  attachments: Record<string, AttachmentRenderer>
}

const errorLength = 500

/**
 * Sends a mail that is still to be sent. Killed between the mail server's acceptance and our mark, it is sent once
 * more, under the same Message-ID, by which mail programs know it for the same.
 * @throws whatever kept it from being sent, so that the job comes again
 */
export async function sendMail(ctx: Context, mailId: string, { transport, attachments }: Sending): Promise<void> {
  if (!transport) return
  ctx.signal.throwIfAborted()
  const mail = await begin(ctx, mailId)
  if (!mail) return
  try {
    const { rejected } = await transport.sendMail({ ...(await envelopeOf(ctx, mail, attachments)), signal: ctx.signal })
    const refused = rejected.join(', ')
    await mark(ctx, mailId, { status: 'SENT', sentAt: ctx.now, lastError: refused ? `refused: ${refused}` : null })
  } catch (error) {
    ctx.signal.throwIfAborted()
    const isFinal = isRefusedForGood(error)
    await mark(ctx, mailId, { ...(isFinal && { status: 'FAILED' }), lastError: reasonOf(error) })
    if (!isFinal) throw error
    logger.error({ err: error, tenantId: ctx.tenantId, mailId }, 'mail: refused for good')
  }
}

/** The last attempt has failed. */
export async function giveUpMail(ctx: Context, mailId: string): Promise<void> {
  await mark(ctx, mailId, { status: 'FAILED' })
}

function begin(ctx: Context, mailId: string): Promise<MailMessage | null> {
  return ctx.db.transaction(async (tx) => {
    const pending = { tenantId: ctx.tenantId, id: mailId, status: 'PENDING' }
    await tx.mailMessage.updateMany({ where: pending, data: { attempts: { increment: 1 } } })
    return tx.mailMessage.findFirst({ where: pending })
  })
}

async function mark(
  ctx: Context,
  mailId: string,
  data: { status?: 'SENT' | 'FAILED'; sentAt?: Date; lastError?: string | null },
): Promise<void> {
  await ctx.db.transaction((tx) =>
    tx.mailMessage.updateMany({ where: { tenantId: ctx.tenantId, id: mailId, status: 'PENDING' }, data }),
  )
}

async function envelopeOf(ctx: Context, mail: MailMessage, attachments: Sending['attachments']) {
  const { MAIL_FROM, MAIL_FROM_NAME } = env()
  return {
    messageId: `<${mail.id}@${MAIL_FROM.slice(MAIL_FROM.lastIndexOf('@') + 1)}>`,
    // The same at each attempt, so that a repeat is the same mail.
    date: mail.createdAt,
    from: { name: MAIL_FROM_NAME, address: MAIL_FROM },
    to: recipients.parse(mail.recipients).map(({ name, email }) => ({ name, address: email })),
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    // RFC 3834: nobody's "out of office" answers it.
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': mail.locale },
    attachments: await attachmentsOf(ctx, mail, attachments),
  }
}

async function attachmentsOf(
  ctx: Context,
  { attachmentKind, attachmentId }: MailMessage,
  renderers: Sending['attachments'],
): Promise<Attachment[]> {
  if (attachmentKind === null || attachmentId === null) return []
  const render = renderers[attachmentKind]
  if (!render) throw new Error(`mail: nobody makes attachments of the kind ${attachmentKind}`)
  return [await render(ctx, attachmentId)]
}

/** 5xx about the addresses or the content is the mail server's last word (RFC 5321, 4.2.1); about our sign-in it is not. */
function isRefusedForGood(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, responseCode = 0 } = error as Error & { code?: string; responseCode?: number }
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode >= 500 && responseCode < 600
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, errorLength)
}
