/**
 * The process that serves. Nitro shuts down in an orderly way on SIGTERM; when the launcher is gone without
 * having been able to send one, the server sends it to itself rather than live on unattended.
 */
import { join } from 'node:path'
import { acquire } from './lock.mjs'

process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))

// Lets the next launcher find this process while it is still ending.
const lock = acquire(join(process.env.DATA_DIR, 'server.lock'))
if ('release' in lock) process.on('exit', lock.release)

await import('../../.output/server/index.mjs')
