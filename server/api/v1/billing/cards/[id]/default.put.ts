import { idParams } from '#shared/schemas/common'
import { cardsResponse } from '#shared/schemas/payments'
import { setDefaultCard } from '../../../../../domains/payments/cards/change-cards'

export default defineApi({
  summary: 'Make a stored card the one that is charged where none is named',
  tag: 'billing',
  permission: 'billing.manage',
  params: idParams,
  response: cardsResponse,
  handler: ({ ctx, params }) => setDefaultCard(ctx, params.id),
})
