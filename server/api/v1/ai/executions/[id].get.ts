import { z } from 'zod'
import { executionDetail } from '#shared/schemas/ai'
import { id } from '#shared/schemas/common'
import { getExecution } from '../../../../domains/ai/list-executions'

export default defineApi({
  summary: 'One run with its result',
  tag: 'ai',
  permission: 'ai.run',
  params: z.object({ id }),
  response: executionDetail,
  handler: ({ ctx, params }) => getExecution(ctx, params.id),
})
