/** What the terminal shows: Japanese first and English behind it, English alone where Japanese cannot be drawn. */

const locale = process.env.LC_ALL || process.env.LC_CTYPE || process.env.LANG || ''
const speaksJapanese = process.platform === 'darwin' || /utf-?8/i.test(locale)

/**
 * @param {string} japanese
 * @param {string} english
 */
export const words = (japanese, english) => (speaksJapanese ? `${japanese} / ${english}` : english)

/** A failure the reader can act on: shown as one line, without a stack trace. */
export class Trouble extends Error {
  /**
   * @param {string} japanese
   * @param {string} english
   * @param {ErrorOptions & { detail?: string }} [options] `detail` is what a program said, in its own language
   */
  constructor(japanese, english, { detail, ...options } = {}) {
    super([words(japanese, english), detail].filter(Boolean).join(': '), options)
    this.name = 'Trouble'
  }
}

/** @param {unknown} error */
export function describe(error) {
  if (error instanceof Trouble) return error.message
  const detail = error instanceof Error ? error.message || error.name : String(error)
  return `${words('予期しない問題が起きました', 'unexpected problem')}: ${detail}`
}

/** @param {unknown} error */
export function reportFailure(error) {
  console.error(`✗ ${describe(error)}`)
  if (process.env.DEBUG && error instanceof Error) console.error(error.stack)
}
