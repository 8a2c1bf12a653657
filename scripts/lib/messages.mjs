/** What the terminal shows: Japanese first and English behind it, English alone where Japanese cannot be drawn. */

const locale = process.env.LC_ALL || process.env.LC_CTYPE || process.env.LANG || ''
const speaksJapanese = process.platform === 'darwin' || /utf-?8/i.test(locale)

/**
 * @param {string} japanese
 * @param {string} english
 */
export const words = (japanese, english) =>
  speaksJapanese && japanese !== english ? `${japanese} / ${english}` : english

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

/** What the operating system refuses most often, in words. */
const refusals = {
  EACCES: ['権限がありません', 'no permission'],
  EPERM: ['権限がありません', 'no permission'],
  EROFS: ['書き込みできない場所です', 'read-only file system'],
  ENOSPC: ['ディスクの空きがありません', 'no space left on the disk'],
  ENOTDIR: ['フォルダーではありません', 'not a folder'],
  EEXIST: ['同じ名前のファイルがあります', 'a file of that name is in the way'],
}

/**
 * One line that says what went wrong.
 * @param {unknown} error
 */
export function describe(error) {
  if (error instanceof Trouble) return error.message
  const refusal = refusals[error?.code]
  if (refusal && error.path) return `${words(...refusal)}: ${error.path}`
  return `${words('予期しない問題が起きました', 'unexpected problem')}: ${error?.message || error}`
}

/** @param {unknown} error */
export function reportFailure(error) {
  console.error(`✗ ${describe(error)}`)
  if (process.env.DEBUG) console.error(error)
}

/** @param {string} japanese @param {string} english */
export const say = (japanese, english) => console.log(words(japanese, english))

const heartbeat = 10_000

/**
 * Announces a piece of work, shows that it goes on, and says how long it took.
 * @template T
 * @param {string} japanese
 * @param {string} english
 * @param {() => Promise<T>} work
 * @param {(result: T) => boolean} [succeeded] for work that reports its failure instead of throwing it
 */
export async function step(japanese, english, work, succeeded = () => true) {
  const began = performance.now()
  const elapsed = () => `${((performance.now() - began) / 1000).toFixed(1)} s`
  const title = words(japanese, english)
  console.log(`… ${title}`)
  const beat = setInterval(() => console.log(`… ${title} (${elapsed()})`), heartbeat)
  try {
    const result = await work()
    console.log(`${succeeded(result) ? '✓' : '✗'} ${title} (${elapsed()})`)
    return result
  } finally {
    clearInterval(beat)
  }
}
