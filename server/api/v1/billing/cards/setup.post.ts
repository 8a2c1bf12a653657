import { cardSetupResponse } from '#shared/schemas/payments'
import { setUpCard } from '../../../../domains/payments/cards/add-card'

export default defineApi({
  summary: 'Begin to store a card: a SetupIntent for the browser to confirm',
  tag: 'billing',
  permission: 'billing.manage',
  rateLimit: 'credits',
  response: cardSetupResponse,
  handler: ({ ctx }) => setUpCard(ctx),
})
