import { estimateResponse, executeBody } from '#shared/schemas/ai'
import { estimateRun } from '../../../domains/ai/estimate-run'

export default defineApi({
  summary: 'What a run would cost, and the most it can cost',
  tag: 'ai',
  permission: 'ai.run',
  body: executeBody,
  response: estimateResponse,
  handler: ({ ctx, body }) => estimateRun(ctx, body),
})
