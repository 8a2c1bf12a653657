import { fork } from 'node:child_process'
import { closeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { lastLines, openLog } from './log-file.mjs'
import { Trouble } from './messages.mjs'
import { endHolder } from './orphans.mjs'
import { killGroup } from './processes.mjs'
import { openSecrets } from './secrets.mjs'

const program = fileURLToPath(new URL('server-process.mjs', import.meta.url))
const readyTimeout = 240_000

/** An orderly end may wait this long for open connections (a browser's event stream never ends by itself), and as long again for jobs and pools. */
const nitroShutdownTimeout = 2_500
const stopTimeout = 5_500

/**
 * Starts the built server on the database.
 * @param {{ database: import('./database.mjs').Database, dataDir: string, port: number, env?: Record<string, string> }} options
 */
export function startServer({ database, dataDir, port, env = {} }) {
  const log = join(dataDir, 'logs/server.log')
  const output = openLog(log)
  const child = fork(program, [], {
    // Signals of the terminal are for the launcher, which stops the server before the database.
    detached: true,
    // How node was started for us (a test runner's --conditions) is not how the server is.
    execArgv: [],
    stdio: ['ignore', output, output, 'ipc'],
    env: serverEnvironment({ database, dataDir, port, env }),
  })
  closeSync(output)

  /** @type {Promise<void>} */
  const exited = new Promise((done) => {
    child.once('exit', () => done())
    child.once('error', () => done())
  })
  const isUp = () => child.exitCode === null && child.signalCode === null

  return {
    pid: child.pid,
    url: `http://127.0.0.1:${port}`,
    log,
    exited,

    /**
     * @param {{ signal?: AbortSignal, onStep?: (step: string) => void }} [options]
     */
    async ready({ signal, onStep } = {}) {
      const giveUp = Date.now() + readyTimeout
      let last
      while (isUp() && Date.now() < giveUp) {
        signal?.throwIfAborted()
        const health = await askHealth(port)
        if (health.ok) return
        if (health.step === 'failed') break
        if (health.step && health.step !== last) onStep?.((last = health.step))
        await pause(200)
      }
      const said = lastLines(log)
      if (/EADDRINUSE/.test(said)) throw portTaken(port)
      throw new Trouble('サーバーを起動できません', 'the server does not start', { detail: `${log}\n${said}` })
    },

    async stop() {
      if (isUp()) child.kill('SIGTERM')
      await Promise.race([exited, pause(stopTimeout, undefined, { ref: false })])
      killGroup(child.pid, 'SIGKILL')
      await exited
    },
  }
}

/** The server of a launcher that was killed ends by itself, but not at once. @param {string} dataDir */
export const endOrphan = (dataDir) => endHolder(join(dataDir, 'server.lock'))

/** @param {number} port */
export const portTaken = (port) =>
  new Trouble(
    `ポート ${port} は使用中です。PORT=${port + 1} npm run demo のように別のポートを指定してください`,
    `port ${port} is taken: choose another one, e.g. PORT=${port + 1} npm run demo`,
  )

/** What stands in the environment goes before our own settings; the owner's address is not for the server. */
function serverEnvironment({ database, dataDir, port, env }) {
  const { DATABASE_URL: _, NITRO_PORT: __, ...given } = process.env
  return {
    NUXT_SESSION_PASSWORD: openSecrets(dataDir).derive('session'),
    NITRO_SHUTDOWN_TIMEOUT: String(nitroShutdownTimeout),
    ...given,
    NODE_ENV: 'production',
    DATABASE_APP_URL: database.appUrl,
    DATABASE_JOBS_URL: database.jobsUrl,
    DATA_DIR: dataDir,
    PORT: String(port),
    ...env,
  }
}

async function askHealth(port) {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/api/health`, { signal: AbortSignal.timeout(5_000) })
    const { step } = await response.json().catch(() => ({}))
    return { ok: response.ok, step }
  } catch {
    return { ok: false }
  }
}
