import { mailTransport } from '../domains/mail/mail-transport'
import { giveUpMail, sendMail, type AttachmentRenderer } from '../domains/mail/send-mail'
import { attemptPurchase } from '../domains/payments/auto-purchase/attempt-purchase'
import { syncCards } from '../domains/payments/cards/sync-cards'
import { invoicePdf } from '../domains/payments/invoices/invoice-pdf'
import { receiptPdf } from '../domains/payments/invoices/receipt'
import { abandonImport, runImport } from '../domains/reservations/run-import'
import type { JobTasks } from './jobs'

/** Who makes what a mail carries, by its kind: mail knows none of the domains above it. */
const attachments: Record<string, AttachmentRenderer> = {
  invoice: async (ctx, id) => ({ ...(await invoicePdf(ctx, id)), contentType: 'application/pdf' }),
  receipt: async (ctx, id) => ({ ...(await receiptPdf(ctx, id)), contentType: 'application/pdf' }),
}

/** The one map of what is done later. */
export const jobTasks: JobTasks = {
  'mail.send': {
    run: (ctx, { mailId }) => sendMail(ctx, mailId, { transport: mailTransport(), attachments }),
    giveUp: (ctx, { mailId }) => giveUpMail(ctx, mailId),
  },
  'payments.auto-purchase': {
    run: async (ctx) => void (await attemptPurchase(ctx)),
    // The sweep asks for the next one, and the log has told what was decided.
    giveUp: async () => {},
  },
  'payments.sync-cards': {
    run: async (ctx) => void (await syncCards(ctx)),
    // The card's webhook says the same.
    giveUp: async () => {},
  },
  'reservations.import': {
    run: (ctx, { importId }) => runImport(ctx, importId),
    giveUp: (ctx, { importId }) => abandonImport(ctx, importId),
  },
}
