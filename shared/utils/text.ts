/** Folding and splitting of Japanese and Latin text for search. PostgreSQL's own parsers miss a word inside a run of kanji. */

/** NFKC, lower case, hiragana → katakana, and no joiners inside a word (Wi-Fi → wifi). */
export function foldText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[ぁ-ゖ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60))
    .replace(/(?<=[a-z0-9])[-'’.](?=[a-z0-9])/g, '')
}

/** Runs of one script: kanji, katakana (with its long mark), or a word of letters and digits. */
const run = /[\p{Script=Han}々〆]+|[ァ-ヶー]+|[\p{L}\p{N}]+?(?=[\p{Script=Han}ァ-ヶー々〆]|[^\p{L}\p{N}]|$)/gu
const isJapanese = (text: string) => /^[\p{Script=Han}々〆ァ-ヶー]/u.test(text)

/** The words (letters, digits) and 1- and 2-grams (kanji, kana) of a text, each once, to be indexed. */
export function searchGrams(text: string): string[] {
  const grams = new Set<string>()
  for (const [part] of foldText(text).matchAll(run)) {
    if (isJapanese(part)) {
      for (const gram of gramsOf(part, 1)) grams.add(gram)
      for (const gram of gramsOf(part, 2)) grams.add(gram)
    } else grams.add(part)
  }
  return [...grams]
}

/** The same of a question: a kanji or kana is looked for alone only where it stands alone. */
export function queryGrams(text: string): string[] {
  const grams = new Set<string>()
  for (const [part] of foldText(text).matchAll(run)) {
    if (isJapanese(part) && part.length > 1) for (const gram of gramsOf(part, 2)) grams.add(gram)
    else grams.add(part)
  }
  return [...grams]
}

function gramsOf(part: string, length: number): string[] {
  const characters = [...part]
  return characters
    .slice(0, characters.length - length + 1)
    .map((_, index) => characters.slice(index, index + length).join(''))
}

/** The language of a question: Japanese as soon as it has kana or kanji. */
export function languageOf(text: string): 'ja' | 'en' {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text) ? 'ja' : 'en'
}

/** The text as PostgreSQL can keep it: without NUL, and with U+FFFD where half of a surrogate pair stood. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed()
}

/** The first so many characters of a text, as it can be stored: no character is cut in two. */
export function firstCharacters(text: string, count: number): string {
  // A character is two units at most: what lies behind cannot matter, however long the text is.
  return [...storable(text).slice(0, count * 2)].slice(0, count).join('')
}

/** At most `length` characters, ended at a sentence where one ends in the last third. */
export function excerptOf(text: string, length: number): string {
  const characters = [...text.trim()]
  if (characters.length <= length) return characters.join('')
  const cut = characters.slice(0, length).join('')
  const end = Math.max(cut.lastIndexOf('。'), cut.lastIndexOf('. '), cut.lastIndexOf('\n'))
  return end >= (cut.length * 2) / 3 ? cut.slice(0, end + 1).trimEnd() : `${cut}…`
}
