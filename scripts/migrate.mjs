/**
 * Database migrations over prisma/schema and prisma/migrations:
 *
 *   node scripts/migrate.mjs deploy              applies what is pending, and grants the roles their rights
 *   node scripts/migrate.mjs dev <name>          writes a migration with what the schema has and they lack
 *   node scripts/migrate.mjs dev <name> --empty  writes an empty one, for SQL by hand
 *   node scripts/migrate.mjs check               fails when the schema and the migrations differ
 *   node scripts/migrate.mjs status              what is applied, pending, edited or failed
 *   node scripts/migrate.mjs rolled-back <name>  lets a failed migration be applied again
 */
import { deployMigrations } from './lib/deploy.mjs'
import { resolveDatabase } from './lib/database.mjs'
import { reportFailure, Trouble, words } from './lib/messages.mjs'
import { openMigrations, writeMigration } from './lib/migrations.mjs'

const [command, name, flag] = process.argv.slice(2)

/** @type {Record<string, (ownerUrl: string) => Promise<void>>} */
const commands = {
  async deploy(ownerUrl) {
    const applied = await deployMigrations(ownerUrl)
    console.log(applied.length ? applied.join('\n') : words('適用する移行はありません', 'nothing to apply'))
  },

  async dev(ownerUrl) {
    if (!/^[a-z0-9_]+$/.test(name ?? '')) {
      throw new Trouble('名前は英小文字・数字・_ で指定してください', 'give it a name of a-z, 0-9 and _')
    }
    const sql = flag === '--empty' ? '' : await (await openMigrations(ownerUrl)).missing()
    console.log(sql === undefined ? words('変更はありません', 'no change') : writeMigration(name, sql))
  },

  async check(ownerUrl) {
    const sql = await (await openMigrations(ownerUrl)).missing()
    if (sql !== undefined) {
      throw new Trouble('移行がスキーマと一致していません', 'the migrations lack what the schema has', {
        detail: `\n${sql}`,
      })
    }
    console.log(words('スキーマと移行は一致しています', 'the migrations match the schema'))
  },

  async status(ownerUrl) {
    console.log(JSON.stringify(await (await openMigrations(ownerUrl)).status(), null, 2))
  },

  async 'rolled-back'(ownerUrl) {
    await (await openMigrations(ownerUrl)).markRolledBack(name)
  },
}

try {
  const run = commands[command]
  if (!run) {
    const known = Object.keys(commands).join(' | ')
    throw new Trouble(`使い方: migrate.mjs ${known}`, `usage: migrate.mjs ${known}`)
  }
  const database = await resolveDatabase()
  try {
    await run(database.ownerUrl)
  } finally {
    await database.stop()
  }
} catch (error) {
  reportFailure(error)
  process.exitCode = 1
}
// The schema engine keeps its connection open.
process.exit()
