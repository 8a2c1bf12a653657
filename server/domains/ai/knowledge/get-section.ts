import type { KnowledgeSectionResponse } from '#shared/schemas/ai'
import type { Context } from '../../../utils/context'
import { notFound } from '../../../utils/errors'

/** The whole of a section, for a source that is opened. @throws NOT_FOUND */
export async function getKnowledgeSection(ctx: Context, id: string): Promise<KnowledgeSectionResponse> {
  const row = await ctx.db.read((tx) =>
    tx.knowledgeSection.findUnique({ where: { tenantId_id: { tenantId: ctx.tenantId, id } } }),
  )
  if (!row) throw notFound()
  return {
    section: {
      id: row.id,
      category: row.category,
      title: row.title,
      body: row.body,
      updatedAt: row.updatedAt.toISOString(),
    },
  }
}
