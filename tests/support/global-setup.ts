import type { TestProject } from 'vitest/node'
import { resolveDatabase } from '../../scripts/lib/database.mjs'
import { deployMigrations } from '../../scripts/lib/deploy.mjs'
import { temporaryDataDirectory } from '../../scripts/lib/temporary.mjs'
import { letOwnerSeeAll } from './see-all'

export interface DatabaseUrls {
  /** For what only an installation does, and for looking at every tenant's rows. */
  ownerUrl: string
  appUrl: string
  jobsUrl: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    database: DatabaseUrls
    /** Of a built server that runs on `database`; absent when the runner started none. */
    baseUrl: string | undefined
  }
}

/**
 * One migrated PostgreSQL for the whole run: the one `npm test` gives, else an embedded one of its own.
 * @returns how to end it
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { TEST_OWNER_URL, DATABASE_APP_URL, DATABASE_JOBS_URL, TEST_BASE_URL } = process.env
  project.provide('baseUrl', TEST_BASE_URL)
  if (TEST_OWNER_URL && DATABASE_APP_URL && DATABASE_JOBS_URL) {
    await letOwnerSeeAll(TEST_OWNER_URL)
    project.provide('database', { ownerUrl: TEST_OWNER_URL, appUrl: DATABASE_APP_URL, jobsUrl: DATABASE_JOBS_URL })
    return undefined
  }
  const folder = temporaryDataDirectory('tests')
  process.env.DATA_DIR = folder.path
  const server = await resolveDatabase()
  await deployMigrations(server.ownerUrl)
  await letOwnerSeeAll(server.ownerUrl)
  project.provide('database', { ownerUrl: server.ownerUrl, appUrl: server.appUrl, jobsUrl: server.jobsUrl })
  return async () => {
    await server.stop({ evenIfShared: true })
    folder.remove()
  }
}
