import { billingProfileBody } from '#shared/schemas/payments'
import { getBillingProfile } from '../../../domains/payments/invoices/billing-account'

export default defineApi({
  summary: 'Who invoices are made out and sent to',
  tag: 'payments',
  permission: 'billing.view',
  response: billingProfileBody,
  handler: ({ ctx }) => getBillingProfile(ctx),
})
