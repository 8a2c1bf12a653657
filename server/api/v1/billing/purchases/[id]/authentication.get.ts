import { idParams } from '#shared/schemas/common'
import { authenticationResponse } from '#shared/schemas/payments'
import { getAuthentication } from '../../../../../domains/payments/list-purchases'

export default defineApi({
  summary: 'What finishes the authentication that the bank asks for',
  tag: 'payments',
  permission: 'credits.buy',
  params: idParams,
  response: authenticationResponse,
  handler: ({ ctx, params }) => getAuthentication(ctx, params.id),
})
