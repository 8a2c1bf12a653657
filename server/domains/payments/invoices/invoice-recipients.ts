import type { Context } from '../../../utils/context'
import type { Transaction } from '../../../utils/db'
import { recipientsOf } from '../../identity/people'

/** The invoice's own address; where none was given, the hotel's administrators and owners. */
export async function invoiceRecipients(
  tx: Transaction,
  ctx: Context,
  invoice: { recipientEmail: string | null },
): Promise<{ name: string; email: string }[]> {
  if (invoice.recipientEmail) return [{ name: ctx.tenant.name, email: invoice.recipientEmail }]
  return recipientsOf(tx, ctx.tenantId, 'ADMIN')
}
