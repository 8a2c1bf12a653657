import { packagesResponse } from '#shared/schemas/payments'
import { listPackages } from '../../../domains/payments/packages'

export default defineApi({
  summary: 'Packages of credits on sale to this hotel',
  tag: 'payments',
  permission: 'credits.buy',
  response: packagesResponse,
  handler: ({ ctx }) => listPackages(ctx),
})
