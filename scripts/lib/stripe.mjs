/**
 * The stand-in for Stripe (tools/stripe) as a process beside the server, where no STRIPE_SECRET_KEY is set.
 */
import { fork } from 'node:child_process'
import { closeSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { holderOf } from './lock.mjs'
import { lastLines, openLog } from './log-file.mjs'
import { Trouble, words } from './messages.mjs'
import { killGroup } from './processes.mjs'
import { endHolder } from './orphans.mjs'
import { openSecrets } from './secrets.mjs'
import { root } from './settings.mjs'

/** The first start compiles the SDK's types, beside a build. */
const readyTimeout = 120_000
const stopTimeout = 3_000

/** Numbers for the demonstration; tools/stripe/README.md lists all. */
const testCards = [
  ['4242 4242 4242 4242', '支払い成功', 'succeeds'],
  ['4000 0000 0000 0002', '拒否', 'declined'],
  ['4000 0000 0000 9995', '残高不足', 'insufficient funds'],
  ['4000 0025 0000 3155', '3Dセキュア(保存後は不要)', '3-D Secure, unless saved'],
  ['4000 0027 6000 3184', '3Dセキュア(毎回)', '3-D Secure, always'],
]

/**
 * @typedef {{ url: string, env: Record<string, string>, pid: () => number | undefined, isRunning: () => boolean,
 *   restart: () => Promise<void>, kill: () => Promise<void>, stop: () => Promise<void> }} Stripe
 */

/**
 * Starts it, on the port of last time where that is free. `env` is what the server is started with.
 * @param {{ dataDir: string, webhookUrl?: string, signal?: AbortSignal }} options
 * @returns {Promise<Stripe>}
 */
export async function startStripe({ dataDir, webhookUrl = '', signal }) {
  const keys = keysOf(dataDir)
  let running = await launch({ dataDir, webhookUrl, keys, signal })
  const { port, url } = running
  return {
    url,
    env: { ...keys, STRIPE_API_URL: url, STRIPE_JS_URL: `${url}/v3/stripe.js` },
    pid: () => running.child.pid,
    isRunning: () => isUp(running.child),
    /** With the same data and address; what was still to be delivered goes on. */
    async restart() {
      running = await launch({ dataDir, webhookUrl, keys, signal, port })
    },
    async kill() {
      killGroup(running.child.pid, 'SIGKILL')
      await running.exited
    },
    async stop() {
      if (isUp(running.child)) running.child.kill('SIGTERM')
      await Promise.race([running.exited, pause(stopTimeout, undefined, { ref: false })])
      killGroup(running.child.pid, 'SIGKILL')
      await running.exited
    },
  }
}

/**
 * The stand-in of a data folder, for who only wants to ask it: the one that runs, else one of its own, which `stop`
 * ends. Nothing where the folder never had one.
 * @param {{ dataDir: string }} options
 * @returns {Promise<{ env: Record<string, string>, stop: () => Promise<void> } | undefined>}
 */
export async function findStripe({ dataDir }) {
  const portFile = join(dataDir, 'stripe/port')
  if (!existsSync(portFile)) return undefined
  if (!holderOf(join(dataDir, 'stripe/standin.lock'))) return startStripe({ dataDir })
  const url = `http://127.0.0.1:${readFileSync(portFile, 'utf8').trim()}`
  return { env: { ...keysOf(dataDir), STRIPE_API_URL: url }, stop: async () => {} }
}

/** One whose launcher was killed ends by itself, but perhaps not yet. @param {string} dataDir */
export const endOrphanStripe = (dataDir) => endHolder(join(dataDir, 'stripe/standin.lock'))

/** @param {string} url */
export function listTestCards(url) {
  const rows = testCards.map(([number, japanese, english]) => `  ${number}  ${words(japanese, english)}`)
  const title = words('Stripe の代わり(テスト用カード、期限は未来・CVC は任意)', 'stand-in for Stripe, with test cards')
  return [`${title}: ${url}`, ...rows].join('\n')
}

function keysOf(dataDir) {
  const { derive } = openSecrets(dataDir)
  const plain = (purpose) => derive(purpose).replace(/\W|_/g, '').slice(0, 32)
  return {
    STRIPE_SECRET_KEY: `sk_test_${plain('stripe secret key')}`,
    STRIPE_PUBLISHABLE_KEY: `pk_test_${plain('stripe publishable key')}`,
    STRIPE_WEBHOOK_SECRET: process.env.STRIPE_WEBHOOK_SECRET || `whsec_${plain('stripe webhook secret')}`,
  }
}

const isUp = (child) => child.exitCode === null && child.signalCode === null

async function launch({ dataDir, webhookUrl, keys, signal, port = undefined }) {
  const log = join(dataDir, 'logs/stripe.log')
  const output = openLog(log)
  const child = fork(join(root, 'tools/stripe/main.ts'), [], {
    cwd: root,
    // Signals of the terminal are for the launcher.
    detached: true,
    execArgv: ['--import', 'jiti/register'],
    stdio: ['ignore', output, output, 'ipc'],
    env: {
      ...process.env,
      ...keys,
      DATA_DIR: dataDir,
      WEBHOOK_URL: webhookUrl,
      STRIPE_STANDIN_PORT: port === undefined ? '' : String(port),
    },
  })
  closeSync(output)
  /** @type {Promise<void>} */
  const exited = new Promise((done) => {
    child.once('exit', () => done())
    child.once('error', () => done())
  })
  const told = new Promise((done) => child.once('message', done))
  const ended = AbortSignal.any([AbortSignal.timeout(readyTimeout), ...(signal ? [signal] : [])])
  const broken = new Promise((done) => ended.addEventListener('abort', () => done(undefined), { once: true }))
  const ready = await Promise.race([told, exited, broken])
  if (!ready) {
    killGroup(child.pid, 'SIGKILL')
    signal?.throwIfAborted()
    throw new Trouble('Stripe の代わりを起動できません', 'the stand-in for Stripe does not start', {
      detail: `${log}\n${lastLines(log)}`,
    })
  }
  return { child, exited, port: ready.port, url: ready.url }
}
