import { z } from 'zod'
import type { Context } from '../../utils/context'
import type { Transaction } from '../../utils/db'
import { env } from '../../utils/env'
import { newId } from '../../utils/ids'
import { addJob } from '../../utils/jobs'
import { composeMail, oneLine, type MailContent } from './compose-mail'

export interface NewMail extends Omit<MailContent, 'href'> {
  /** Nobody to write to: nothing is written. */
  to: { name: string; email: string }[]
  /** What the mail is about, in the hotel: "invoice:<id>:issued". The same is written once, however often it is asked for. */
  dedupeKey: string
  /** Path of the page where the reader goes on. */
  path: `/${string}`
  /** Made when the mail is sent, by the renderer of its kind (server/utils/job-tasks.ts). */
  attachment?: { kind: string; id: string }
}

/** Attempts go on for about ten hours: a mail server that is down over night is not a mail lost. */
export const sendAttempts = 11

/** One address and nothing else: no list, no name, no line break. */
const recipient = z.object({ name: z.string().transform(oneLine), email: z.email() })
export const recipients = z.array(recipient).min(1)

/** A mail as it is kept. */
export function mailRow(
  { tenantId, now }: Pick<Context, 'tenantId' | 'now'>,
  { to, dedupeKey, path, attachment, ...content }: NewMail,
) {
  return {
    tenantId,
    id: newId(),
    kind: content.kind,
    recipients: recipients.parse(to),
    locale: content.locale,
    ...composeMail({ ...content, href: new URL(path, env().APP_URL).href }),
    attachmentKind: attachment?.kind,
    attachmentId: attachment?.id,
    dedupeKey,
    createdAt: now,
  }
}

/** Writes a mail and hands it in, in the transaction of what it is about: both are committed, or neither. */
export async function queueMail(
  tx: Transaction,
  ctx: Pick<Context, 'tenantId' | 'now' | 'requestId'>,
  mail: NewMail,
): Promise<void> {
  if (mail.to.length === 0) return
  const row = mailRow(ctx, mail)
  const { count } = await tx.mailMessage.createMany({ data: [row], skipDuplicates: true })
  if (count > 0) await handIn(tx, { ...ctx, locale: mail.locale }, row.id)
}

/** One at a time: a mail server that hangs never keeps more than one worker from its other jobs. */
export async function handIn(
  tx: Transaction,
  ctx: Pick<Context, 'tenantId' | 'requestId' | 'locale'>,
  mailId: string,
): Promise<void> {
  const sender = { ...ctx, actor: { kind: 'system', task: 'mail.send' } } as const
  await addJob(tx, sender, 'mail.send', { mailId }, { queue: 'mail', maxAttempts: sendAttempts })
}
