import { cardSavedBody, cardsResponse } from '#shared/schemas/payments'
import { keepCard } from '../../../../domains/payments/cards/add-card'

export default defineApi({
  summary: 'Keep the card that a SetupIntent has set up; may be repeated',
  tag: 'billing',
  permission: 'billing.manage',
  rateLimit: 'credits',
  body: cardSavedBody,
  response: cardsResponse,
  handler: ({ ctx, body }) => keepCard(ctx, body.setupIntentId),
})
