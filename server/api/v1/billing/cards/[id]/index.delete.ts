import { idParams } from '#shared/schemas/common'
import { cardRemovedResponse } from '#shared/schemas/payments'
import { removeCard } from '../../../../../domains/payments/cards/change-cards'

export default defineApi({
  summary: 'Remove a stored card; the last one takes the auto-purchase with it',
  tag: 'billing',
  permission: 'billing.manage',
  params: idParams,
  response: cardRemovedResponse,
  handler: ({ ctx, params }) => removeCard(ctx, params.id),
})
