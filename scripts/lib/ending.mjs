import { parentOf } from './processes.mjs'

const parentCheckInterval = 500

/**
 * Aborted when this process is asked to end: by Ctrl-C, by SIGTERM, by the terminal's closing, or because npm,
 * which started it, was killed and could not pass anything on. Ctrl-C arrives twice under npm, once from the
 * terminal and once from npm: the second says nothing new.
 * @returns {AbortSignal}
 */
export function askedToEnd() {
  const controller = new AbortController()
  const end = () => controller.abort()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, end)
  // The terminal may be gone while there is still something to say.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  if (process.env.npm_lifecycle_event) whenOrphaned(end)
  return controller.signal
}

/** npm starts a shell, and whether the shell stays between them depends on the shell: both are watched. */
function whenOrphaned(end) {
  const ancestry = () => `${process.ppid} ${parentOf(process.ppid)}`
  const before = ancestry()
  const watch = setInterval(() => {
    if (ancestry() === before) return
    clearInterval(watch)
    end()
  }, parentCheckInterval)
  watch.unref()
}

/** @param {AbortSignal} signal @returns {Promise<void>} */
export const aborted = (signal) =>
  new Promise((done) => {
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })

/**
 * For work that cannot be broken off: it is left to itself.
 * @template T
 * @param {AbortSignal} signal
 * @param {Promise<T>} work
 * @returns {Promise<T>}
 */
export async function orAborted(signal, work) {
  const result = await Promise.race([work, aborted(signal)])
  signal.throwIfAborted()
  return /** @type {T} */ (result)
}
