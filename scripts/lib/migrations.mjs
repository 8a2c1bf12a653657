import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'
import { Trouble } from './messages.mjs'
import { root } from './settings.mjs'

/**
 * Prisma's own schema engine in its WebAssembly build, on the `pg` driver. The engine's binary would have to
 * be downloaded; this one comes with npm, and keeps the same `_prisma_migrations` table and checksums.
 */

const schemaFolder = join(root, 'prisma/schema')
const migrationsFolder = join(root, 'prisma/migrations')
const lockFile = join(migrationsFolder, 'migration_lock.toml')
const filters = { externalTables: [], externalEnums: [] }

/** @param {string} ownerUrl */
export async function openMigrations(ownerUrl) {
  const { engine, factory } = await createEngine(ownerUrl)
  const call = async (work) => {
    try {
      return await work()
    } catch (error) {
      throw explain(error, factory)
    }
  }
  const difference = () =>
    call(() =>
      engine.diff({
        from: existsSync(lockFile) ? { tag: 'migrations', ...history() } : { tag: 'empty' },
        to: { tag: 'schemaDatamodel', files: schemaFiles() },
        script: true,
        exitCode: true,
        filters,
      }),
    )
  const status = () =>
    call(() => engine.diagnoseMigrationHistory({ migrationsList: history(), optInToShadowDatabase: false, filters }))

  return {
    /** Applies what is pending. @returns {Promise<string[]>} names of the migrations applied */
    async deploy() {
      try {
        const { appliedMigrationNames } = await call(() =>
          engine.applyMigrations({ migrationsList: history(), filters }),
        )
        return appliedMigrationNames
      } catch (error) {
        const [failed] = (await status()).failedMigrationNames
        if (failed) error.message += ` (${failed}; migrate.mjs rolled-back ${failed})`
        throw error
      }
    },

    /** @returns {Promise<string | undefined>} the SQL that would bring the migrations up to the schema */
    async missing() {
      const { exitCode, stdout } = await difference()
      return exitCode ? stdout : undefined
    },

    status,

    /** After a failed migration was put right by hand: it will be applied anew. */
    markRolledBack: (name) => call(() => engine.markMigrationRolledBack({ migrationName: name })),
  }
}

/**
 * @param {string} name
 * @param {string} sql
 * @returns {string} the new migration's file, relative to the project
 */
export function writeMigration(name, sql) {
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const folder = join(migrationsFolder, `${stamp}_${name}`)
  mkdirSync(folder, { recursive: true })
  if (!existsSync(lockFile)) writeFileSync(lockFile, 'provider = "postgresql"\n')
  const file = join(folder, 'migration.sql')
  writeFileSync(file, sql)
  return relative(root, file)
}

async function createEngine(ownerUrl) {
  await (loaded ??= loadEngine())
  const factory = bindMigrationAwareSqlAdapterFactory(adapterFactory(ownerUrl))
  const datamodels = schemaFiles().map(({ path, content }) => [path, content])
  try {
    return { factory, engine: await bindings.SchemaEngine.new({ datamodels }, () => {}, factory) }
  } catch (error) {
    throw explain(error, factory)
  }
}

/** The bindings know one instance of the module: a second one would pull the memory from under the first. */
let loaded

async function loadEngine() {
  globalThis.PRISMA_WASM_PANIC_REGISTRY = {
    set_message(message) {
      throw new Trouble('移行エンジンが停止しました', 'the schema engine panicked', { detail: message })
    },
  }
  const entry = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const wasm = readFileSync(join(dirname(entry), 'schema_engine_bg.wasm'))
  const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': bindings })
  bindings.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
}

function adapterFactory(ownerUrl) {
  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connect(ownerUrl),
    /** Differences are computed in an empty database of their own, in which the migrations are replayed. */
    async connectToShadowDb() {
      const name = `prisma_shadow_${randomUUID()}`
      const owner = await connect(ownerUrl)
      await owner.executeScript(`CREATE DATABASE "${name}" TEMPLATE template0`)
      const url = new URL(ownerUrl)
      url.pathname = `/${name}`
      const shadow = await connect(url.href)
      const disconnect = shadow.dispose.bind(shadow)
      shadow.dispose = async () => {
        await disconnect()
        await owner.executeScript(`DROP DATABASE "${name}" WITH (FORCE)`)
        await owner.dispose()
      }
      return shadow
    },
  }
}

/** The type "char" of the catalogs, which adapter-pg does not know, and what the engine wants in its place. */
const charType = { oid: 18, readAs: pg.types.builtins.TEXT, columnType: 6 }

/** adapter-pg, put right in the two places where the schema engine needs more than a query engine does. */
async function connect(connectionString) {
  const adapter = await new PrismaPg({ connectionString, max: 1 }).connect()
  const pool = adapter.underlyingDriver()
  const query = pool.query.bind(pool)
  const queryRaw = adapter.queryRaw.bind(adapter)

  let charColumns = []
  pool.query = async (...args) => {
    const result = await query(...args)
    charColumns = (result?.fields ?? []).map((field) => field.dataTypeID === charType.oid)
    charColumns.forEach((isChar, index) => {
      if (isChar) result.fields[index].dataTypeID = charType.readAs
    })
    return result
  }
  adapter.queryRaw = async (statement) => {
    const result = await queryRaw(statement)
    charColumns.forEach((isChar, index) => {
      if (isChar) result.columnTypes[index] = charType.columnType
    })
    return result
  }
  // It splits scripts at every semicolon, which breaks function bodies; the server takes a script as it is.
  adapter.executeScript = async (script) => {
    await query(script)
  }
  return adapter
}

const schemaFiles = () =>
  listFiles(schemaFolder)
    .filter((path) => path.endsWith('.prisma'))
    .map((path) => ({ path, content: readFileSync(path, 'utf8') }))

const listFiles = (folder) =>
  readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .sort()

function history() {
  const names = existsSync(migrationsFolder)
    ? readdirSync(migrationsFolder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort()
    : []
  return {
    baseDir: migrationsFolder,
    shadowDbInitScript: '',
    lockfile: { path: 'migration_lock.toml', content: existsSync(lockFile) ? readFileSync(lockFile, 'utf8') : null },
    migrationDirectories: names.map((path) => ({
      path,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(join(migrationsFolder, path, 'migration.sql'), 'utf8') },
      },
    })),
  }
}

/** The engine reports errors of the driver by number, and its own as text with the migration's name. */
function explain(error, factory) {
  const id = /External error id#(\d+)/.exec(error.message)?.[1]
  const original = id ? factory.errorRegistry.consumeError(Number(id))?.error : undefined
  const message = original?.cause?.originalMessage ?? original?.message ?? error.message
  const [detail] = message.split(/\n +0: /) // behind it stands where in the engine's source this was said
  return new Trouble('データベースの移行に失敗しました', 'the migrations failed', { detail, cause: error })
}
