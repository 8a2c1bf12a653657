import pg from 'pg'
import { Trouble } from './messages.mjs'
import { runningPort, startPostgres } from './postgres.mjs'
import { groups, provisionGroups, provisionLogin, provisionOwner } from './roles.mjs'
import { openSecrets } from './secrets.mjs'
import { dataDirectory, loadEnvironmentFile } from './settings.mjs'

const database = 'hotel_member_crm'
const owner = 'hotel_owner'

/**
 * @typedef {object} Database
 * @property {boolean} embedded false when DATABASE_URL names it
 * @property {string} ownerUrl for migrations only
 * @property {string} appUrl for requests: bound by row-level security
 * @property {string} jobsUrl for work over all tenants
 * @property {() => boolean} isRunning
 * @property {() => Promise<void>} restart after a crash of the embedded server
 * @property {(options?: { evenIfShared?: boolean }) => Promise<void>} stop stops the embedded server, unless another process still uses it
 */

/**
 * The database of the present settings, with its roles in place. Every command that works on the data finds
 * it here, so all of them agree with the running demonstration.
 * @param {{ start?: boolean, signal?: AbortSignal }} [options] without `start` the embedded server must be running already
 * @returns {Promise<Database>}
 */
export async function resolveDatabase({ start = true, signal } = {}) {
  loadEnvironmentFile()
  const secrets = openSecrets(dataDirectory())
  return process.env.DATABASE_URL ? external(process.env.DATABASE_URL, secrets) : embedded(start, secrets, signal)
}

async function external(ownerUrl, secrets) {
  const { DATABASE_APP_URL, DATABASE_JOBS_URL } = process.env
  const logins =
    DATABASE_APP_URL && DATABASE_JOBS_URL
      ? { appUrl: DATABASE_APP_URL, jobsUrl: DATABASE_JOBS_URL }
      : await connected(ownerUrl, (admin) => provision(admin, ownerUrl, secrets))
  const nothing = async () => {}
  return { embedded: false, ownerUrl, ...logins, isRunning: () => true, restart: nothing, stop: nothing }
}

async function embedded(start, secrets, signal) {
  const dataDir = dataDirectory()
  if (!start && !runningPort(dataDir)) {
    throw new Trouble(`データベースが動いていません(${dataDir})`, `the database of ${dataDir} is not running`)
  }
  const server = await startPostgres(dataDir, secrets.derive('postgres'), { signal })
  try {
    const password = secrets.derive(owner)
    const ownerUrl = `postgresql://${owner}:${password}@127.0.0.1:${server.port}/${database}`
    const logins = await connected(server.adminUrl('postgres'), async (admin) => {
      await provisionOwner(admin, { role: owner, password, database })
      return provision(admin, ownerUrl, secrets)
    })
    return {
      embedded: true,
      ownerUrl,
      ...logins,
      isRunning: server.isRunning,
      restart: server.restart,
      stop: server.stop,
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function provision(admin, ownerUrl, secrets) {
  await provisionGroups(admin)
  const name = decodeURIComponent(new URL(ownerUrl).pathname.slice(1))
  const given = [process.env.DATABASE_APP_URL, process.env.DATABASE_JOBS_URL]
  const [appUrl, jobsUrl] = await Promise.all(
    groups.map(async (group, index) => {
      if (given[index]) return given[index]
      const password = secrets.derive(`${group}@${new URL(ownerUrl).hostname}/${name}`)
      const url = new URL(ownerUrl)
      url.username = await provisionLogin(admin, group, { database: name, password })
      url.password = password
      return url.href
    }),
  )
  return { appUrl, jobsUrl }
}

/**
 * @template T
 * @param {string} connectionString
 * @param {(client: pg.Client) => Promise<T>} work
 */
export async function connected(connectionString, work) {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 })
  // A server that goes away reports it here as well as in the query that was running.
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (cause) {
    const { host, pathname } = new URL(connectionString)
    throw new Trouble(
      `データベース ${host}${pathname} に接続できません`,
      `cannot connect to the database ${host}${pathname}`,
      { detail: cause.message || cause.code, cause },
    )
  }
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
