import type { Context } from '../../../utils/context'
import { rankSections, unitsOf } from './ranking'

/** A section that answers a question, as a model or a person is given it. */
export interface Passage {
  sectionId: string
  category: string
  title: string
  body: string
  score: number
}

export interface KnowledgeSearch {
  passages: Passage[]
  /** The hotel has written nothing yet. */
  isEmpty: boolean
}

/** Sections that share a gram with the question; a knowledge base has dozens to some hundreds in all. */
const mostCandidates = 200

/** The hotel's sections that answer a question, the best first, by n-grams over the GIN index. */
export function searchKnowledge(ctx: Context, question: string): Promise<KnowledgeSearch> {
  const units = unitsOf(question)
  const grams = [...new Set(units.flatMap((unit) => unit.variants.flat()))]
  return ctx.db.read(async (tx) => {
    const sections = await tx.knowledgeSection.count({ where: { tenantId: ctx.tenantId } })
    if (sections === 0 || grams.length === 0) return { passages: [], isEmpty: sections === 0 }
    const frequency = await tx.$queryRaw<{ gram: string; having: number }[]>`
      SELECT q.gram, count(*)::int AS having
        FROM unnest(${grams}::text[]) AS q (gram)
        JOIN knowledge_sections k ON k.tenant_id = ${ctx.tenantId}::uuid AND k.ngrams @> ARRAY[q.gram]
       GROUP BY q.gram`
    const rows = await tx.$queryRaw<{ id: string; category: string; title: string; body: string; ngrams: string[] }[]>`
      SELECT k.id, k.category, k.title, k.body, k.ngrams
        FROM knowledge_sections k
       WHERE k.tenant_id = ${ctx.tenantId}::uuid AND k.ngrams && ${grams}::text[]
       ORDER BY (SELECT count(*) FROM unnest(${grams}::text[]) AS q (gram) WHERE q.gram = ANY (k.ngrams)) DESC, k.id
       LIMIT ${mostCandidates}`
    const corpus = { sections, frequency: new Map(frequency.map(({ gram, having }) => [gram, having])) }
    const candidates = rows.map(({ ngrams, ...row }) => ({ ...row, grams: new Set(ngrams) }))
    return {
      isEmpty: false,
      passages: rankSections(units, candidates, corpus).map(({ candidate, score }) => ({
        sectionId: candidate.id,
        category: candidate.category,
        title: candidate.title,
        body: candidate.body,
        score,
      })),
    }
  })
}
