import { join } from 'node:path'
import { resolveDatabase } from '../../scripts/lib/database.mjs'
import { deployMigrations } from '../../scripts/lib/deploy.mjs'
import { root } from '../../scripts/lib/settings.mjs'

/**
 * The migrated embedded database of one bench, kept for its next run.
 * @param {string} name
 */
export async function benchDatabase(name) {
  for (const setting of ['DATABASE_URL', 'DATABASE_APP_URL', 'DATABASE_JOBS_URL']) process.env[setting] = ''
  process.env.DATA_DIR = join(process.env.DATA_DIR || join(root, '.data/bench'), name)
  const database = await resolveDatabase()
  await deployMigrations(database.ownerUrl)
  return { ...database, dataDir: process.env.DATA_DIR }
}
