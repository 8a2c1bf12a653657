import { z } from 'zod'
import { knowledgeSectionResponse } from '#shared/schemas/ai'
import { id } from '#shared/schemas/common'
import { getKnowledgeSection } from '../../../../domains/ai/knowledge/get-section'

export default defineApi({
  summary: 'A section of the knowledge base: the whole passage behind a source',
  tag: 'ai',
  permission: 'ai.run',
  params: z.object({ id }),
  response: knowledgeSectionResponse,
  handler: ({ ctx, params }) => getKnowledgeSection(ctx, params.id),
})
