import { issuerResponse } from '#shared/schemas/operator'
import { getIssuer } from '../../../domains/payments/operator/issuer'

export default defineApi({
  summary: 'Who issues the invoices, and where they are paid',
  tag: 'operator',
  permission: 'platform.manage',
  response: issuerResponse,
  handler: ({ ctx }) => getIssuer(ctx),
})
