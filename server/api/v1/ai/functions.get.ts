import { functionsResponse } from '#shared/schemas/ai'
import { listFunctions } from '../../../domains/ai/list-functions'

export default defineApi({
  summary: 'The AI functions: their price, and what the hotel’s plan and data allow',
  tag: 'ai',
  permission: 'ai.run',
  response: functionsResponse,
  handler: ({ ctx }) => listFunctions(ctx),
})
