import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { readJson } from './json-file.mjs'
import { othersIn, registerIn, withLock } from './lock.mjs'
import { Trouble } from './messages.mjs'
import { freeLoopbackPort } from './ports.mjs'
import { accountFor, canEnter, preparePostgres, sharedFolder } from './postgres-program.mjs'
import { commandLine, run, startedAt } from './processes.mjs'
import { fingerprint } from './settings.mjs'

/**
 * The embedded PostgreSQL of one data folder.
 *
 * It runs on its own, not as a child that dies with the launcher: whoever was killed leaves a healthy server
 * behind, and the next one adopts it. Processes that use it register in `users/`; the last one stops it.
 */

const startTimeout = 60_000
const crashGrace = 15_000
const logLimit = 10 * 1024 * 1024

/**
 * @param {string} dataDir
 * @param {string} password of the cluster's superuser
 * @param {{ signal?: AbortSignal }} [options]
 * @returns {Promise<{ port: number, adminUrl: (database: string) => string, isRunning: () => boolean,
 *   restart: () => Promise<void>, stop: (options?: { evenIfShared?: boolean }) => Promise<void> }>}
 */
export async function startPostgres(dataDir, password, { signal } = {}) {
  const place = locate(dataDir)
  const leave = registerIn(place.users)
  const stop = async ({ evenIfShared = false } = {}) => {
    leave()
    await withLock(place.lock, async () => {
      if (evenIfShared || othersIn(place.users).length === 0) await shutDown(place)
    })
  }
  const start = () => withLock(place.lock, () => ensureRunning(place, password, signal), { signal })
  try {
    const port = await start()
    return {
      port,
      adminUrl: (database) => urlOf(port, password, database),
      isRunning: () => Boolean(runningServer(place.cluster)),
      restart: async () => void (await start()),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * @param {string} dataDir
 * @returns {number | undefined} the port of the server that serves this folder now
 */
export const runningPort = (dataDir) => runningServer(locate(dataDir).cluster)?.port

/** Stops the server if it runs and removes the cluster. */
export async function removeCluster(dataDir) {
  const place = locate(dataDir)
  await withLock(place.lock, async () => {
    if (runningServer(place.cluster)) await shutDown(place)
    rmSync(place.home, { recursive: true, force: true })
    rmSync(place.record, { force: true })
  })
}

/**
 * `home` holds the cluster and its log and belongs to the database's account. It lies in the data folder,
 * unless that account cannot go there.
 */
function locate(dataDir) {
  const record = join(dataDir, 'postgres.json')
  const noted = readJson(record) ?? {}
  const home = noted.home ?? join(dataDir, 'postgres')
  return {
    dataDir,
    record,
    noted,
    home,
    cluster: join(home, 'cluster'),
    log: join(home, 'server.log'),
    lock: join(dataDir, 'postgres.lock'),
    users: join(dataDir, 'users'),
  }
}

async function ensureRunning(place, password, signal) {
  const account = accountFor(place.cluster)
  const program = preparePostgres(account)
  if (!existsSync(place.cluster)) await createCluster(place, account, program, password)
  checkCluster(place, program)

  let port = runningServer(place.cluster)?.port
  if (!port) {
    dropStalePidFile(place.cluster)
    port = await freeLoopbackPort(place.noted.port)
    port = await launch(place, account, program, port, signal)
  }
  await waitUntilReady(place, urlOf(port, password, 'postgres'), signal)
  note(place, { port })
  return port
}

async function createCluster(place, account, program, password) {
  mkdirSync(place.dataDir, { recursive: true })
  chooseHome(place, account)
  // The cluster appears under its name only when it is complete: an interrupted first start leaves nothing half.
  const draft = join(place.home, 'cluster.new')
  const passwordFile = join(place.home, 'password')
  rmSync(draft, { recursive: true, force: true })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (account.uid !== undefined) chownSync(passwordFile, account.uid, account.gid)
  try {
    const { code, output } = await run(
      program.bin('initdb'),
      [
        `--pgdata=${draft}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--set=timezone=UTC',
        '--set=log_timezone=UTC',
      ],
      asAccount(account),
    )
    if (code !== 0) throw cannotStart(output)
    renameSync(draft, place.cluster)
  } finally {
    rmSync(passwordFile, { force: true })
    rmSync(draft, { recursive: true, force: true })
  }
}

function chooseHome(place, account) {
  mkdirSync(place.home, { recursive: true, mode: 0o755 })
  if (!canEnter(account, place.home)) {
    rmSync(place.home, { recursive: true, force: true })
    const home = join(sharedFolder, fingerprint(realpathSync(place.dataDir)))
    mkdirSync(home, { recursive: true, mode: 0o755 })
    note(place, { home })
    Object.assign(place, locate(place.dataDir))
  }
  if (account.uid !== undefined) chownSync(place.home, account.uid, account.gid)
}

function checkCluster({ cluster }, program) {
  const file = join(cluster, 'PG_VERSION')
  if (!existsSync(file)) {
    throw new Trouble(
      `${cluster} は PostgreSQL のデータではありません。移動するか、--reset で作り直してください`,
      `${cluster} does not hold a PostgreSQL cluster: move it away, or begin again with --reset`,
    )
  }
  const version = readFileSync(file, 'utf8').trim()
  if (version !== program.version) {
    throw new Trouble(
      `${cluster} は PostgreSQL ${version} のデータですが、このプログラムは ${program.version} です。--reset で作り直せます`,
      `${cluster} was made by PostgreSQL ${version}, but this program is ${program.version}: --reset begins again`,
    )
  }
}

/** Right after a crash the old server's last children still hold its shared memory; then it is worth waiting. */
async function launch(place, account, program, port, signal) {
  const giveUp = Date.now() + crashGrace
  for (;;) {
    signal?.throwIfAborted()
    trimLog(place.log)
    const before = sizeOf(place.log)
    const { code } = await run(
      program.bin('pg_ctl'),
      [
        'start',
        '--wait',
        `--timeout=${startTimeout / 1000}`,
        `--pgdata=${place.cluster}`,
        `--log=${place.log}`,
        '-o',
        serverOptions(port),
      ],
      // The server inherits the outputs of pg_ctl: a pipe would never be closed.
      { ...asAccount(account), signal, stdio: 'ignore' },
    )
    if (code === 0) return port
    signal?.throwIfAborted()
    const said = readFileSync(place.log, 'utf8').slice(before)
    const passing = /shared memory block|could not bind|Address already in use|lock file .* already exists/
    if (!passing.test(said) || Date.now() > giveUp) throw cannotStart(said, place.log)
    dropStalePidFile(place.cluster)
    port = await freeLoopbackPort(port)
    await pause(300)
  }
}

/** Only TCP on the loopback: a socket file in a common folder could collide with another server's. */
const serverOptions = (port) =>
  [`-p ${port}`, '-c listen_addresses=127.0.0.1', "-c unix_socket_directories=''", '-c max_connections=100'].join(' ')

async function waitUntilReady(place, connectionString, signal) {
  const giveUp = Date.now() + startTimeout
  for (;;) {
    signal?.throwIfAborted()
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 })
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      await client.end().catch(() => {})
      if (error.code === '28P01' || error.code === '28000') {
        throw new Trouble(
          `${place.dataDir}/secrets.json はこのデータベースのものではありません。元のファイルに戻すか、--reset で作り直してください`,
          `${place.dataDir}/secrets.json does not belong to this database: restore the file, or begin again with --reset`,
          { cause: error },
        )
      }
      const starting = error.code === '57P03' || error.code === 'ECONNREFUSED'
      if (!starting || Date.now() > giveUp) throw cannotStart(error.message, place.log)
      await pause(100)
    }
  }
}

/** First politely; a server that does not heed it within the time is told to drop everything and recover later. */
async function shutDown(place) {
  const account = accountFor(place.cluster)
  const program = preparePostgres(account)
  for (const [mode, seconds] of [
    ['fast', 3],
    ['immediate', 1],
  ]) {
    const server = runningServer(place.cluster)
    if (!server) return
    await run(
      program.bin('pg_ctl'),
      ['stop', `--mode=${mode}`, '--wait', `--timeout=${seconds}`, `--pgdata=${place.cluster}`],
      asAccount(account),
    )
    if (!runningServer(place.cluster)) await gone(server.pid)
  }
}

/** pg_ctl waits for the pid file to go, which is a moment before the process does. */
async function gone(pid) {
  const giveUp = Date.now() + 1_000
  while (startedAt(pid) && Date.now() < giveUp) await pause(10)
}

/**
 * What postmaster.pid says, when it is true: the process it names must be a server of this very cluster,
 * since after a crash or a restart of the machine the number may belong to anything.
 */
function runningServer(cluster) {
  const [pid, , , port] = readPidFile(cluster)
  if (!pid || !isServerOf(Number(pid), cluster)) return undefined
  return { pid: Number(pid), port: Number(port) }
}

function dropStalePidFile(cluster) {
  const [pid] = readPidFile(cluster)
  if (pid && !isServerOf(Number(pid), cluster)) rmSync(join(cluster, 'postmaster.pid'), { force: true })
}

function readPidFile(cluster) {
  try {
    return readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')
  } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
}

const isServerOf = (pid, cluster) => commandLine(pid)?.includes(cluster) ?? false

function note(place, facts) {
  const noted = { ...place.noted, ...facts }
  if (JSON.stringify(noted) === JSON.stringify(place.noted)) return
  place.noted = noted
  writeFileSync(place.record, `${JSON.stringify(noted)}\n`)
}

const urlOf = (port, password, database) => `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`

/** The project's folder may be closed to the account, and messages are read by this program: hence cwd and locale. */
const asAccount = (account) => ({
  ...account,
  cwd: '/',
  env: { PATH: process.env.PATH, HOME: '/', LC_ALL: 'C' },
})

function trimLog(log) {
  if (sizeOf(log) > logLimit) truncateSync(log)
}

const sizeOf = (file) => (existsSync(file) ? statSync(file).size : 0)

function cannotStart(output, log) {
  const lines = output.split('\n').filter((line) => line.trim())
  const decisive = lines.findLast((line) => /FATAL|PANIC|error:/.test(line)) ?? lines.at(-1) ?? ''
  const detail = decisive.replace(/^.*?(FATAL|PANIC|error):\s*/, '') + (log ? ` (${log})` : '')
  return new Trouble('PostgreSQL を起動できません', 'PostgreSQL does not start', { detail })
}
