import { billingProfileBody } from '#shared/schemas/payments'
import { setBillingProfile } from '../../../domains/payments/invoices/billing-account'

export default defineApi({
  summary: 'Set who later invoices are made out and sent to',
  tag: 'payments',
  permission: 'billing.manage',
  body: billingProfileBody,
  response: billingProfileBody,
  handler: ({ ctx, body }) => setBillingProfile(ctx, body),
})
