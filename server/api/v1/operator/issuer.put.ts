import { issuerBody, issuerResponse } from '#shared/schemas/operator'
import { saveIssuer } from '../../../domains/payments/operator/issuer'

export default defineApi({
  summary: 'Who issues the invoices from the next one on',
  tag: 'operator',
  permission: 'platform.manage',
  body: issuerBody,
  response: issuerResponse,
  handler: ({ ctx, body }) => saveIssuer(ctx, body),
})
