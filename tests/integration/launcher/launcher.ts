import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { holderOf } from '../../../scripts/lib/lock.mjs'
import { freeLoopbackPort } from '../../../scripts/lib/ports.mjs'
import { startedAt } from '../../../scripts/lib/processes.mjs'
import { root } from '../../../scripts/lib/settings.mjs'
import { temporaryDataDirectory } from '../../../scripts/lib/temporary.mjs'
import { until } from '../../support/until'

/** What Ctrl-C, and everything that amounts to it, has time for. */
export const timeToEnd = 10_000

export interface Installation {
  dataDir: string
  port: number
  /** `npm run demo` as a person starts it, or the launcher alone. */
  start: (how?: 'npm' | 'node') => Launch
  /** The database server of this data folder, when it runs. */
  postgres: () => number | undefined
  /** The stand-in for Stripe of this data folder, when it runs. */
  stripe: () => number | undefined
  launcher: () => number
  /** Ends what a test left running; the data stays. */
  rest: () => Promise<void>
  /** The same, and removes the folder. */
  clear: () => Promise<void>
}

export interface Launch {
  pid: number
  output: () => string
  ready: () => Promise<void>
  /** @returns the exit code, null after a signal */
  ended: Promise<number | null>
}

export async function installation(): Promise<Installation> {
  const { path: dataDir, remove } = temporaryDataDirectory('launcher')
  const port = await freeLoopbackPort()
  if (!port) throw new Error('no free port')
  const launches: Launch[] = []
  const pidIn = (file: string) => (existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8')) : undefined)
  const postgres = () => {
    const pid = pidIn(join(dataDir, 'postgres/cluster/postmaster.pid'))
    return pid && startedAt(pid) ? pid : undefined
  }

  const rest = async () => {
    for (const { pid } of launches) if (startedAt(pid)) process.kill(pid, 'SIGTERM')
    await Promise.all(launches.map((launch) => launch.ended))
    await until('the launcher is gone', () => !holderOf(join(dataDir, 'launcher.lock')))
    const left = postgres()
    if (left) process.kill(left, 'SIGINT')
    await until('the database is gone', () => !postgres())
  }

  return {
    dataDir,
    port,
    postgres,
    stripe: () => holderOf(join(dataDir, 'stripe/standin.lock'))?.pid,
    launcher: () => JSON.parse(readFileSync(join(dataDir, 'launcher.lock'), 'utf8')).pid,
    start(how = 'node') {
      const launch = launchIn({ dataDir, port }, how)
      launches.push(launch)
      return launch
    },
    rest,
    async clear() {
      await rest()
      remove()
    },
  }
}

function launchIn({ dataDir, port }: { dataDir: string; port: number }, how: 'npm' | 'node'): Launch {
  const [command, ...args] = how === 'npm' ? ['npm', 'run', 'demo'] : [process.execPath, 'scripts/demo.mjs']
  const child = spawn(command as string, args, {
    cwd: root,
    // A group of its own, as a shell gives to each of its jobs: Ctrl-C goes to all of it.
    detached: true,
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      PORT: String(port),
      DATABASE_URL: '',
      DATABASE_APP_URL: '',
      DATABASE_JOBS_URL: '',
      STRIPE_SECRET_KEY: '',
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  let over = false
  const ended = new Promise<number | null>((done) =>
    child.once('exit', (code) => {
      over = true
      done(code)
    }),
  )
  return {
    pid: child.pid as number,
    output: () => output,
    ended,
    async ready() {
      await until('the launcher says where it serves', () => over || output.includes('Ctrl-C'), 120_000)
      if (over) throw new Error(output)
    },
  }
}

export const answers = async (port: number, host = '127.0.0.1') =>
  fetch(`http://${host}:${port}/api/health`).then(
    (response) => response.ok,
    () => false,
  )

export function ctrlC(launch: Launch): void {
  process.kill(-launch.pid, 'SIGINT')
}
