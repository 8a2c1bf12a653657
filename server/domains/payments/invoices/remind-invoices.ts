import { randomUUID } from 'node:crypto'
import { dayOf, daysBetween } from '#shared/utils/calendar'
import type { Context } from '../../../utils/context'
import type { Database } from '../../../utils/db'
import { logger } from '../../../utils/logger'
import { longDate } from '../../../utils/texts'
import { jobContext } from '../../identity/job-context'
import { queueMail } from '../../mail/queue-mail'
import { invoiceRecipients } from './invoice-recipients'

/** Days after the due date on which a hotel is reminded; after the last one it cannot buy by invoice any more. */
export const reminderDays = [1, 7, 14, 30] as const

/** The latest reminder that is due: one for days on which no task ran, not all of them at once. */
export const reminderOf = (daysOverdue: number): number | undefined =>
  reminderDays.findLast((days) => days <= daysOverdue)

/**
 * Reminds hotels of overdue invoices, each once on its days. Safe again and on several replicas at once: the mail's key
 * is the invoice and the day.
 */
export async function remindInvoices(db: Database, now: Date, signal: AbortSignal): Promise<{ invoices: number }> {
  // A day early in the furthest time zone at the most; each hotel's own calendar decides.
  const { rows } = await db.jobs.query<{ tenant_id: string; id: string }>(
    `SELECT tenant_id, id FROM invoices WHERE status = 'ISSUED' AND due_on <= $1::date ORDER BY due_on, id`,
    [now],
  )
  for (const { tenant_id: tenantId, id } of rows) {
    if (signal.aborted) break
    try {
      const task = 'payments:remind-invoices'
      const ctx = await jobContext(db, {
        tenantId,
        userId: null,
        task,
        now,
        requestId: randomUUID(),
        locale: 'ja',
        signal,
      })
      await remind(ctx, id)
    } catch (error) {
      logger.error({ err: error, tenantId, invoiceId: id }, 'payments: a reminder could not be written')
    }
  }
  return { invoices: rows.length }
}

async function remind(ctx: Context, id: string): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const invoice = await tx.invoice.findUniqueOrThrow({ where: { tenantId_id: { tenantId: ctx.tenantId, id } } })
    const dueOn = invoice.dueOn.toISOString().slice(0, 10)
    const reminder = reminderOf(daysBetween(dueOn, dayOf(ctx.now, ctx.tenant.timeZone)))
    if (invoice.status !== 'ISSUED' || reminder === undefined) return
    await queueMail(tx, ctx, {
      kind: 'invoiceOverdue',
      locale: ctx.locale,
      to: await invoiceRecipients(tx, ctx, invoice),
      dedupeKey: `invoice:${invoice.id}:overdue:${reminder}`,
      path: '/settings/billing#invoices',
      attachment: { kind: 'invoice', id: invoice.id },
      values: {
        hotel: ctx.tenant.name,
        number: invoice.invoiceNumber,
        outstanding: invoice.totalYen - invoice.paidYen,
        dueDate: longDate(ctx.locale, dueOn),
      },
    })
  })
}
