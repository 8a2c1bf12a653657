import { z } from 'zod'
import { searchGrams } from '#shared/utils/text'
import type { Context } from '../../../utils/context'
import { newId } from '../../../utils/ids'
import { recordChange } from '../../audit/record-audit'

export const knowledgeCategories = ['FAQ', 'POLICY', 'FACILITY', 'ACCESS'] as const

export const newSection = z.object({
  category: z.enum(knowledgeCategories),
  title: z.string().trim().min(1).max(120),
  body: z.string().trim().min(1).max(4000),
})
export type NewSection = z.infer<typeof newSection>

/** Adds sections to the hotel's knowledge base, ready to be searched. @returns their ids, in order */
export async function addKnowledgeSections(ctx: Context, sections: readonly NewSection[]): Promise<string[]> {
  const rows = sections.map((section) => {
    const { category, title, body } = newSection.parse(section)
    return {
      tenantId: ctx.tenantId,
      id: newId(),
      category,
      title,
      body,
      ngrams: searchGrams(`${title}\n${body}`),
      createdAt: ctx.now,
      updatedAt: ctx.now,
    }
  })
  await ctx.db.transaction(async (tx) => {
    await tx.knowledgeSection.createMany({ data: rows })
    await recordChange(tx, ctx, {
      eventType: 'ai.knowledge_added',
      entityType: 'knowledge_sections',
      entityId: null,
      action: 'create',
      after: { titles: rows.map((row) => row.title) },
    })
  })
  return rows.map((row) => row.id)
}
