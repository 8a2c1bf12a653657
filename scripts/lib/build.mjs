import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { projectLock } from './install.mjs'
import { withLock } from './lock.mjs'
import { step, Trouble } from './messages.mjs'
import { run } from './processes.mjs'
import { root } from './settings.mjs'

/** Everything at the top of the project that goes into the build. */
export const buildInputs = [
  'app.vue',
  'app.config.ts',
  'error.vue',
  'nuxt.config.ts',
  'package-lock.json',
  'prisma.config.ts',
  'tsconfig.json',
  'assets',
  'components',
  'composables',
  'i18n',
  'layouts',
  'middleware',
  'modules',
  'pages',
  'plugins',
  'prisma',
  'public',
  'server',
  'shared',
  'stores',
  'types',
  'utils',
]
const generated = join(root, 'server/generated')
const stampFile = join(root, '.output/sources.sha256')

/**
 * Builds the server unless the last build was made from the very same sources.
 * @param {AbortSignal} [signal]
 */
export async function buildServer(signal) {
  if (isBuilt()) return
  await withLock(
    projectLock,
    async () => {
      if (!isBuilt()) await step('アプリケーションをビルドしています', 'building the application', () => build(signal))
    },
    { signal },
  )
}

async function build(signal) {
  const sources = hashSources()
  await generate(signal)
  await tool('nuxt', ['build'], signal)
  writeFileSync(stampFile, sources)
}

/**
 * Writes what is generated: Nuxt's types, which tsconfig.json extends and Prisma therefore wants to find, and
 * Prisma's client.
 * @param {AbortSignal} [signal]
 */
export async function generate(signal) {
  await tool('nuxt', ['prepare'], signal)
  await tool('prisma', ['generate'], signal)
}

async function tool(name, args, signal) {
  const { code, output } = await run(process.execPath, [binary(name), ...args], {
    cwd: root,
    signal,
    env: { ...process.env, NODE_ENV: undefined, NUXT_TELEMETRY_DISABLED: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  })
  signal?.throwIfAborted()
  if (code === 0) return
  const tail = output.trimEnd().split('\n').slice(-25).join('\n')
  const command = [name, ...args].join(' ')
  throw new Trouble(`${command} に失敗しました`, `${command} failed`, { detail: `\n${tail}` })
}

/**
 * The program's own file rather than the link in .bin, which on some systems is a shell script.
 * @param {string} name of the package
 * @param {string} [program]
 */
export function binary(name, program = name) {
  const folder = join(root, 'node_modules', name)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return join(folder, typeof bin === 'string' ? bin : bin[program])
}

const isBuilt = () => existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hashSources()

function hashSources() {
  const hash = createHash('sha256')
  for (const file of buildInputs.flatMap((name) => filesUnder(join(root, name)))) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  }
  return hash.digest('hex')
}

function filesUnder(path) {
  if (path === generated) return []
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return []
  if (!stat.isDirectory()) return [path]
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)))
}
