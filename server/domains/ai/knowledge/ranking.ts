/** Which sections of a knowledge base answer a question. Pure; the statements stand in search-sections.ts. */
import { foldText, queryGrams } from '#shared/utils/text'
import { concepts } from './concepts'

/** What a question asks for, once; any of its variants answers it. */
export interface Unit {
  variants: string[][]
}

export interface Corpus {
  sections: number
  /** How many sections have a gram. */
  frequency: ReadonlyMap<string, number>
}

export interface Candidate {
  title: string
  grams: ReadonlySet<string>
}

export interface Ranked<T> {
  candidate: T
  /** Share of the question that the section has, its rare words weighing more; above 1 where its title has them. */
  score: number
}

/** The best section must have this much of the question; below, the knowledge base does not know. */
export const leastScore = 0.4
/** Of the further sections, those that are nearly as good as the best. */
const nearBest = 0.6
export const mostSections = 4
/** A word in the title says what the section is about. */
const titleWeight = 1.5

/** Words that every question has. Longer ones first: the first alternative that fits is taken. */
const fillers =
  /教えてください|教えて下さい|おしえてください|お願いします|でしょうか|ありますか|ございますか|できますか|出来ますか|使えますか|もらえますか|いただけますか|いいですか|知りたい|について|ください|下さい|教えて|あります|ございます|できます|可能|ですか|ますか|したい|場合|何時|何分|何階|時間|方法|どこ|どの|どう|どれ|なに|いつ|です|ます|から|まで|とき|こと|ほか|他に/g
const englishFillers = new Set(
  'a an the is are was be do does did can could may i we you my our your it there what when where which who how time much many to of in on at for from with and or have has any me please tell about need want if get'.split(
    ' ',
  ),
)

/** Splits a question into what it asks for: concepts of a hotel first, the other words after. */
export function unitsOf(question: string): Unit[] {
  let rest = foldText(question)
  const units: Unit[] = []
  for (const words of concepts) {
    const found = words.map(foldText).filter((word) => containsWord(rest, word))
    if (found.length === 0) continue
    units.push({ variants: words.map(queryGrams) })
    for (const word of found) rest = rest.replaceAll(word, ' ')
  }
  // Particles stick to katakana once hiragana is folded, so the rest is taken from the unfolded question.
  const plain = question
    .normalize('NFKC')
    .replace(fillers, ' ')
    .replace(/(?<=[ァ-ヶー])(?=[ぁ-ゖ])|(?<=[ぁ-ゖ])(?=[ァ-ヶー])/g, ' ')
  const known = new Set(units.flatMap((unit) => unit.variants.flat()))
  for (const gram of new Set(plain.split(/\s+/).flatMap(queryGramsOfWord))) {
    if (!known.has(gram)) units.push({ variants: [[gram]] })
  }
  return units
}

/** Particles and endings say nothing; a longer run of hiragana may be a word (おむつ). */
function queryGramsOfWord(word: string): string[] {
  const withoutParticles = word.replace(/(?<![ぁ-ゖ])[ぁ-ゖ]{1,2}(?![ぁ-ゖ])/g, ' ')
  return withoutParticles
    .split(/\s+/)
    .flatMap(queryGrams)
    .filter((gram) => !englishFillers.has(gram))
}

const containsWord = (text: string, word: string) =>
  /^[a-z0-9 ]+$/.test(word) ? new RegExp(`(?<![a-z0-9])${word}(?![a-z0-9])`).test(text) : text.includes(word)

/** Inverse document frequency as in BM25 (Robertson & Zaragoza 2009), never below 0. */
export function rarity(gram: string, { sections, frequency }: Corpus): number {
  const having = frequency.get(gram) ?? 0
  return Math.log(1 + (sections - having + 0.5) / (having + 0.5))
}

/** The sections that answer, the best first; none when the best has too little of the question. */
export function rankSections<T extends Candidate>(
  units: readonly Unit[],
  candidates: readonly T[],
  corpus: Corpus,
): Ranked<T>[] {
  const ranked = candidates
    .map((candidate) => ({ candidate, score: scoreOf(units, candidate, corpus) }))
    .sort((a, b) => b.score - a.score || a.candidate.title.localeCompare(b.candidate.title))
  const best = ranked[0]?.score ?? 0
  return best < leastScore ? [] : ranked.filter(({ score }) => score >= best * nearBest).slice(0, mostSections)
}

function scoreOf(units: readonly Unit[], candidate: Candidate, corpus: Corpus): number {
  const inTitle = new Set(queryGrams(candidate.title))
  let had = 0
  let asked = 0
  for (const { variants } of units) {
    const weight = weightOf(variants.flat(), corpus)
    asked += weight
    had += weight * Math.max(...variants.map((grams) => shareOf(grams, candidate.grams, inTitle, corpus)))
  }
  return asked === 0 ? 0 : had / asked
}

/** What a unit counts: the rarest of its grams that the knowledge base has; full weight where it has none of them. */
function weightOf(grams: readonly string[], corpus: Corpus): number {
  const known = grams.filter((gram) => corpus.frequency.has(gram))
  return Math.max(...(known.length > 0 ? known : grams).map((gram) => rarity(gram, corpus)))
}

/** How much of a variant's weight a section has; a variant counts from its half on, else compounds match by a syllable. */
function shareOf(
  grams: readonly string[],
  having: ReadonlySet<string>,
  inTitle: ReadonlySet<string>,
  corpus: Corpus,
): number {
  const total = grams.reduce((sum, gram) => sum + rarity(gram, corpus), 0)
  if (total === 0) return 0
  const matched = grams.filter((gram) => having.has(gram)).reduce((sum, gram) => sum + rarity(gram, corpus), 0)
  if (matched / total < 0.5) return 0
  return (matched / total) * (grams.every((gram) => inTitle.has(gram)) ? titleWeight : 1)
}
