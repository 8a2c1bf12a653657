import { setTimeout as pause } from 'node:timers/promises'
import { holderOf } from './lock.mjs'

/** An orderly end may take this long before it is made to end. */
const patience = 5_500

/**
 * A process whose launcher was killed ends by itself, but not at once, and holds its port until then.
 * @param {string} lockFile
 */
export async function endHolder(lockFile) {
  const giveUp = Date.now() + patience
  for (let found = holderOf(lockFile); found; found = holderOf(lockFile)) {
    process.kill(found.pid, Date.now() < giveUp ? 'SIGTERM' : 'SIGKILL')
    await pause(100)
  }
}
