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
export const deployMigrations = (ownerUrl) =>
  connected(ownerUrl, async (owner) => {
    await owner.query(`SELECT pg_advisory_lock(hashtext('hotel-member-crm deploy'))`)
    const migrations = await openMigrations(ownerUrl)
    for (const name of await interruptedMigrations(owner)) await migrations.markRolledBack(name)
    const applied = await migrations.deploy()
    await runMigrations({ connectionString: ownerUrl })
    await owner.query(readFileSync(jobQueueRights, 'utf8'))
    return applied
  })

/**
 * A migration runs in one transaction. Where it was broken off (the machine went down, someone pressed Ctrl-C)
 * nothing of it is left but its line in the table, without an error, and it can simply be run again.
 */
async function interruptedMigrations(owner) {
  const {
    rows: [{ history }],
  } = await owner.query(`SELECT to_regclass('_prisma_migrations') AS history`)
  if (!history) return []
  const { rows } = await owner.query(
    `SELECT migration_name FROM _prisma_migrations
     WHERE finished_at IS NULL AND rolled_back_at IS NULL AND logs IS NULL`,
  )
  return rows.map((row) => row.migration_name)
}
