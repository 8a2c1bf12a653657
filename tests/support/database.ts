import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { deployMigrations } from '../../scripts/lib/deploy.mjs'
import { createDatabase, sqlState, type Database } from '../../server/utils/db'
import type { DatabaseUrls } from './global-setup'
import { letOwnerSeeAll } from './see-all'
import { until } from './until'

export interface TestDatabase extends Database {
  /** The owner of the tables: for what only an installation does, and for looking at every tenant's rows. */
  owner: pg.Pool
  urls: DatabaseUrls
}

/** The run's database, which a running server may be using too: touch your own hotels only. */
export function testDatabase(options: { poolSize?: number } = {}): TestDatabase {
  return open(inject('database'), options.poolSize)
}

interface OwnDatabaseOptions {
  poolSize?: number
  /** Exactly what the migrations make: the owner too sees no tenant's rows. */
  asDeployed?: boolean
}

/**
 * A database of its own, for what works on all tenants at once (tasks, checks of the books, far clocks).
 * Closing it drops it.
 */
export async function ownDatabase(options: OwnDatabaseOptions = {}): Promise<TestDatabase> {
  const { ownerUrl, appUrl, jobsUrl } = inject('database')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const admin = new pg.Pool({ connectionString: ownerUrl, max: 1 })
  await admin.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`)
  const urls = { ownerUrl: within(ownerUrl, name), appUrl: within(appUrl, name), jobsUrl: within(jobsUrl, name) }
  await deployMigrations(urls.ownerUrl)
  if (!options.asDeployed) await letOwnerSeeAll(urls.ownerUrl)
  const database = open(urls, options.poolSize)
  return {
    ...database,
    close: async () => {
      await database.close()
      await until('the last connection to end', () => dropped(admin, name))
      await admin.end()
    },
  }
}

function open(urls: DatabaseUrls, poolSize = 20): TestDatabase {
  const database = createDatabase({ appUrl: urls.appUrl, jobsUrl: urls.jobsUrl, poolSize })
  const owner = new pg.Pool({ connectionString: urls.ownerUrl, max: 4 })
  // A database that is dropped or killed under an idle connection is what some tests are about.
  owner.on('error', () => {})
  return {
    ...database,
    owner,
    urls,
    close: async () => {
      await database.close()
      await owner.end()
    },
  }
}

function within(connectionString: string, database: string): string {
  const url = new URL(connectionString)
  url.pathname = `/${database}`
  return url.href
}

/** The server ends its side of a closed connection a moment later. */
async function dropped(admin: pg.Pool, name: string): Promise<boolean> {
  try {
    await admin.query(`DROP DATABASE ${name}`)
    return true
  } catch (error) {
    if (sqlState(error) !== '55006') throw error
    return false
  }
}
