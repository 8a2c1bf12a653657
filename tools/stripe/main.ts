/**
 * The stand-in as a process of its own. Settings: STRIPE_STANDIN_PORT (unset: the one of last time), DATA_DIR, STRIPE_SECRET_KEY,
 * STRIPE_PUBLISHABLE_KEY, STRIPE_WEBHOOK_SECRET, WEBHOOK_URL. It says `ready` to the process that started it,
 * and ends when that is gone.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { acquire } from '../../scripts/lib/lock.mjs'
import { freeLoopbackPort } from '../../scripts/lib/ports.mjs'
import { startStandIn } from './standin'

function setting(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set`)
  return value
}

const dataDir = setting('DATA_DIR')
const lock = acquire(join(dataDir, 'stripe/standin.lock'))
if ('heldBy' in lock) throw new Error(`another stand-in runs on this data (process ${lock.heldBy.pid})`)
process.on('exit', lock.release)

/** Open pages and the server's settings name the address: it stays from start to start where it can. */
async function choosePort(): Promise<number> {
  if (process.env.STRIPE_STANDIN_PORT) return Number(process.env.STRIPE_STANDIN_PORT)
  let last = 0
  try {
    last = Number(readFileSync(portFile, 'utf8')) || 0
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return (await freeLoopbackPort(last)) ?? 0
}

const portFile = join(dataDir, 'stripe/port')
const standIn = await startStandIn({
  port: await choosePort(),
  dataDir,
  secretKey: setting('STRIPE_SECRET_KEY'),
  webhookSecret: setting('STRIPE_WEBHOOK_SECRET'),
  webhookUrl: process.env.WEBHOOK_URL,
  ...(process.env.STRIPE_PUBLISHABLE_KEY && { publishableKey: process.env.STRIPE_PUBLISHABLE_KEY }),
})
writeFileSync(portFile, String(standIn.port))
const end = () => void standIn.close().then(() => process.exit())
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, end)
process.on('disconnect', end)

if (process.send) process.send({ ready: true, url: standIn.url, port: standIn.port })
else process.stdout.write(`${standIn.url}\n`)
