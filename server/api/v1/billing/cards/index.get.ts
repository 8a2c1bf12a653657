import { cardsResponse } from '#shared/schemas/payments'
import { listCards } from '../../../../domains/payments/cards/list-cards'

export default defineApi({
  summary: 'The hotel’s stored cards, the default first',
  tag: 'billing',
  permission: 'billing.view',
  response: cardsResponse,
  handler: ({ ctx }) => listCards(ctx),
})
