import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { buildServer } from '../../scripts/lib/build.mjs'
import { freeLoopbackPort } from '../../scripts/lib/ports.mjs'
import { startServer as start } from '../../scripts/lib/server.mjs'
import type { DatabaseUrls } from './global-setup'
import { startTestStripe } from './stripe'

export interface TestServer {
  url: string
  /** What it has written to its log so far. */
  log: () => string
  /** In an orderly way, as SIGTERM does. */
  stop: () => Promise<void>
  /** As the machine's failure does. */
  kill9: () => Promise<void>
}

interface ServerOptions {
  env?: Record<string, string>
  /** The run's database when left out. */
  database?: DatabaseUrls
}

/** A built server of its own on a free port, with settings of its own; it has answered /api/health when this returns. */
export async function startServer({
  env = {},
  database = inject('database'),
}: ServerOptions = {}): Promise<TestServer> {
  await buildServer()
  const dataDir = mkdtempSync(join(tmpdir(), 'hotel-member-server-'))
  const port = await freeLoopbackPort()
  if (!port) throw new Error('no free port')
  const never = async () => {}
  const server = start({
    database: { ...database, embedded: false, isRunning: () => true, restart: never, stop: never },
    dataDir,
    port,
    // The tests of limits set their own.
    env: {
      RATE_LIMIT_SIGN_IN_PER_MINUTE: '10000',
      RATE_LIMIT_CREDITS_PER_MINUTE: '100000',
      RATE_LIMIT_GLOBAL_PER_MINUTE: '100000',
      RATE_LIMIT_IMPORTS_PER_MINUTE: '100000',
      ...env,
    },
  })
  await server.ready()
  const clearUp = () => rmSync(dataDir, { recursive: true, force: true })
  return {
    url: server.url,
    log: () => readFileSync(server.log, 'utf8'),
    stop: async () => {
      await server.stop()
      clearUp()
    },
    kill9: async () => {
      if (server.pid) process.kill(server.pid, 'SIGKILL')
      await server.exited
      clearUp()
    },
  }
}

/** The server of `npm test` where it runs, else one of our own. */
export async function runningServer(): Promise<TestServer> {
  const url = inject('baseUrl')
  if (!url) return startWithStripe()
  const notOurs = async () => {}
  return { url, log: () => '', stop: notOurs, kill9: notOurs }
}

async function startWithStripe(): Promise<TestServer> {
  const stripe = await startTestStripe()
  const server = await startServer({ env: { ...stripe.env } })
  await stripe.deliverTo(server.url)
  const stopping = (how: 'stop' | 'kill9') => async () => {
    await server[how]()
    await stripe.stop()
  }
  return { ...server, stop: stopping('stop'), kill9: stopping('kill9') }
}
