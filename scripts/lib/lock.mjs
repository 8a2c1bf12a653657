import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync, linkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startedAt } from './processes.mjs'

/**
 * A lock is a file that names its holder. A holder that was killed leaves the file behind, so a lock counts
 * only while the very process it names is alive.
 * @typedef {{ pid: number, started: string | undefined, [detail: string]: unknown }} Holder
 */

/** @param {string} file @returns {Holder | undefined} */
export function holderOf(file) {
  let holder
  try {
    holder = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
  return holder?.pid && startedAt(holder.pid) === holder.started ? holder : undefined
}

/**
 * @param {string} file
 * @param {Record<string, unknown>} [details] kept in the file, for whoever finds it held
 * @returns {{ release: () => void } | { heldBy: Holder }}
 */
export function acquire(file, details = {}) {
  mkdirSync(dirname(file), { recursive: true })
  const mine = `${file}.${process.pid}`
  writeFileSync(mine, JSON.stringify({ pid: process.pid, started: startedAt(process.pid), ...details }))
  try {
    for (;;) {
      try {
        // Unlike open-and-write, a link appears complete or not at all: nobody reads half a lock.
        linkSync(mine, file)
        return { release: () => rmSync(file, { force: true }) }
      } catch (error) {
        if (error.code !== 'EEXIST') throw error
      }
      const heldBy = holderOf(file)
      if (heldBy) return { heldBy }
      removeStale(file)
    }
  } finally {
    rmSync(mine, { force: true })
  }
}

/** Two processes may find the same stale lock; what was moved away is looked at again before it is dropped. */
function removeStale(file) {
  const aside = `${file}.stale.${process.pid}`
  try {
    renameSync(file, aside)
    if (holderOf(aside)) renameSync(aside, file)
    else rmSync(aside, { force: true })
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}

/**
 * Runs `work` while holding the lock, waiting for whoever holds it now.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {{ signal?: AbortSignal, onWait?: (holder: Holder) => void }} [options]
 */
export async function withLock(file, work, { signal, onWait } = {}) {
  let told = false
  for (;;) {
    signal?.throwIfAborted()
    const lock = acquire(file)
    if ('release' in lock) {
      try {
        return await work()
      } finally {
        lock.release()
      }
    }
    if (!told) onWait?.(lock.heldBy)
    told = true
    await pause(100)
  }
}

/** Several processes may share one thing; each leaves its name in a folder. */
export function registerIn(folder) {
  const own = acquire(join(folder, String(process.pid)))
  return 'release' in own ? own.release : () => {}
}

/** @param {string} folder */
export const othersIn = (folder) =>
  listed(folder).filter((name) => name !== String(process.pid) && holderOf(join(folder, name)))

function listed(folder) {
  try {
    return readdirSync(folder).filter((name) => /^\d+$/.test(name))
  } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
}
