import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { connected } from './database.mjs'
import { Trouble } from './messages.mjs'
import { removeCluster } from './postgres.mjs'
import { dataDirectory, root } from './settings.mjs'

/**
 * Drops this installation's data and nothing else: the cluster and the files of DATA_DIR, or in a database of
 * the operator's own the schema, provided that everything in it came from our migrations.
 */
export async function resetData() {
  const { DATABASE_URL } = process.env
  await (DATABASE_URL ? dropSchemas(DATABASE_URL) : removeCluster(dataDirectory()))
  for (const name of ['files', 'logs', 'mail', 'stripe'])
    rmSync(join(dataDirectory(), name), { recursive: true, force: true })
  if (!DATABASE_URL) rmSync(join(dataDirectory(), 'secrets.json'), { force: true })
}

const dropSchemas = (url) =>
  connected(url, async (owner) => {
    const { rows } = await owner.query(
      `SELECT relname AS name FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
         AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')`,
    )
    const ours = migratedTables()
    const foreign = rows.map((row) => row.name).filter((name) => !ours.has(name))
    if (foreign.length > 0) {
      throw new Trouble(
        'このデータベースには他のアプリケーションの表があるため、消しません',
        'the database holds tables of something else; nothing was dropped',
        { detail: foreign.slice(0, 5).map(pg.escapeIdentifier).join(', ') },
      )
    }
    await owner.query(`
      BEGIN;
      DROP SCHEMA IF EXISTS graphile_worker CASCADE;
      DROP SCHEMA public CASCADE;
      CREATE SCHEMA public;
      GRANT USAGE ON SCHEMA public TO PUBLIC;
      COMMIT`)
  })

function migratedTables() {
  const folder = join(root, 'prisma/migrations')
  const sql = readdirSync(folder)
    .map((name) => join(folder, name, 'migration.sql'))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
  const names = [...sql.matchAll(/CREATE TABLE (?:IF NOT EXISTS )?(?:"?public"?\.)?"?(\w+)"?/gi)].map(
    ([, name]) => name,
  )
  return new Set(['_prisma_migrations', ...names])
}
