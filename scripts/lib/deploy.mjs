import { readFileSync } from 'node:fs'
import { runMigrations } from 'graphile-worker'
import { connected } from './database.mjs'
import { openMigrations } from './migrations.mjs'

const jobQueueRights = new URL('job-queue-rights.sql', import.meta.url)

/**
 * Brings a database up to date: our tables, then the job queue's, then the rights on the latter.
 * @param {string} ownerUrl
 * @returns {Promise<string[]>} names of the migrations applied
 */
export async function deployMigrations(ownerUrl) {
  const migrations = await openMigrations(ownerUrl)
  const applied = await migrations.deploy()
  await runMigrations({ connectionString: ownerUrl })
  await connected(ownerUrl, (owner) => owner.query(readFileSync(jobQueueRights, 'utf8')))
  return applied
}
