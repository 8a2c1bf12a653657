import { executionsQuery, executionsResponse } from '#shared/schemas/ai'
import { listExecutions } from '../../../domains/ai/list-executions'

export default defineApi({
  summary: 'The last runs with what they cost, newest first',
  tag: 'ai',
  permission: 'ai.run',
  query: executionsQuery,
  response: executionsResponse,
  handler: ({ ctx, query }) => listExecutions(ctx, query),
})
