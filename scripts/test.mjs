/**
 * npm test [-- --only unit,integration]
 *
 * Everything that is checked, in the order of its price, with one database and one server of its own; the last
 * line is the sum. Runs before anything is installed: what it imports at the top needs Node alone.
 */
import { buildServer, generate } from './lib/build.mjs'
import { askedToEnd } from './lib/ending.mjs'
import { checkNode, installDependencies } from './lib/install.mjs'
import { reportFailure, step, Trouble } from './lib/messages.mjs'
import { freeLoopbackPort } from './lib/ports.mjs'
import { startServer } from './lib/server.mjs'
import { loadEnvironmentFile } from './lib/settings.mjs'
import { countBrowserTests, failed, notRun, npmScript, playwright, vitest } from './lib/stages.mjs'
import { startStripe } from './lib/stripe.mjs'
import { summarise } from './lib/summary.mjs'
import { temporaryDataDirectory } from './lib/temporary.mjs'

const signal = askedToEnd()
/** @type {(() => void | Promise<void>)[]} */
const undo = []
const results = []

const stages = {
  lint: () => npmScript('lint', { signal }),
  typecheck: () => npmScript('typecheck', { signal }),
  migrations: checkMigrations,
  unit: () => vitest('unit', { signal }),
  integration: async () => vitest('integration', { signal, env: await testEnvironment() }),
  browser: testInBrowser,
}
const database = once(startDatabase)
const testEnvironment = once(startTestServer)

try {
  const chosen = readArguments()
  loadEnvironmentFile()
  checkNode()
  await installDependencies(signal)
  await step('生成しています', 'generating', () => generate(signal))
  for (const name of chosen) results.push(await runStage(name, stages[name]))
} catch (error) {
  if (!signal.aborted) reportFailure(error)
  results.push({ name: 'preparation', ...failed(error) })
}
for (const action of undo.reverse()) await action()
process.exitCode = summarise(results, { strict: Boolean(process.env.CI) })
process.exit()

async function runStage(name, stage) {
  const began = performance.now()
  console.log(`\n── ${name}`)
  let result
  try {
    signal.throwIfAborted()
    result = await stage()
  } catch (error) {
    if (!signal.aborted) reportFailure(error)
    result = failed(error)
  }
  return { name, ...result, seconds: (performance.now() - began) / 1000 }
}

function readArguments() {
  const [flag, list, ...rest] = process.argv.slice(2)
  if (!flag) return Object.keys(stages)
  const chosen = flag === '--only' && rest.length === 0 ? (list ?? '').split(',') : []
  if (chosen.length > 0 && chosen.every((name) => name in stages)) return chosen
  const usage = `npm test -- --only ${Object.keys(stages).join(',')}`
  throw new Trouble('使い方', 'usage', { detail: usage })
}

/** What several stages share is made when the first of them asks; when it fails, it fails for all of them. */
function once(make) {
  let made
  return () => (made ??= make())
}

async function startDatabase() {
  const [{ resolveDatabase }, { deployMigrations }] = await Promise.all([
    import('./lib/database.mjs'),
    import('./lib/deploy.mjs'),
  ])
  const { path: dataDir, remove } = temporaryDataDirectory('test')
  undo.push(remove)
  // Never the developer's data: whatever the environment or .env names is out of sight for this run.
  process.env.DATA_DIR = dataDir
  for (const name of ['DATABASE_URL', 'DATABASE_APP_URL', 'DATABASE_JOBS_URL', 'STRIPE_SECRET_KEY'])
    process.env[name] = ''
  const started = await resolveDatabase({ signal })
  undo.push(() => started.stop({ evenIfShared: true }))
  await deployMigrations(started.ownerUrl)
  return { ...started, dataDir }
}

async function startTestServer() {
  const { dataDir, ...served } = await database()
  await buildServer(signal)
  const port = await freeLoopbackPort()
  const stripe = await startStripe({ dataDir, webhookUrl: `http://127.0.0.1:${port}/api/v1/webhooks/stripe`, signal })
  undo.push(() => stripe.stop())
  // All tests sign in from one address; the tests of the limit set their own.
  const env = { DEMO: '1', RATE_LIMIT_SIGN_IN_PER_MINUTE: '1000', ...stripe.env }
  const server = startServer({ database: served, dataDir, port, env })
  undo.push(() => server.stop())
  await step('サーバーを起動しています', 'starting the server', () => server.ready({ signal }))
  return {
    TEST_BASE_URL: server.url,
    TEST_OWNER_URL: served.ownerUrl,
    DATABASE_APP_URL: served.appUrl,
    DATABASE_JOBS_URL: served.jobsUrl,
    TEST_STRIPE: JSON.stringify(stripe.env),
  }
}

async function checkMigrations() {
  const { openMigrations } = await import('./lib/migrations.mjs')
  const missing = await (await openMigrations((await database()).ownerUrl)).missing()
  if (missing)
    throw new Trouble('移行がスキーマと一致していません', 'the migrations lack what the schema has', {
      detail: `\n${missing}`,
    })
  return { passed: 1, failed: 0, skipped: 0 }
}

async function testInBrowser() {
  const { findBrowser } = await import('./lib/browser.mjs')
  const browser = await findBrowser(signal)
  if ('missing' in browser) return notRun(await countBrowserTests({ signal }), browser.missing)
  return playwright({ signal, env: { ...(await testEnvironment()), CHROMIUM_PATH: browser.executable } })
}
