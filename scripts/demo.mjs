/**
 * npm run demo [-- --reset]
 *
 * Installs what is missing, starts the database, brings it up to date, builds, serves with demonstration data
 * and says where. Runs before anything is installed: what it imports at the top needs Node alone.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { listAccounts } from './lib/accounts.mjs'
import { buildServer } from './lib/build.mjs'
import { aborted, askedToEnd, orAborted } from './lib/ending.mjs'
import { checkNode, installDependencies } from './lib/install.mjs'
import { acquire } from './lib/lock.mjs'
import { listMail, startMail } from './lib/mail.mjs'
import { reportFailure, say, step, Trouble } from './lib/messages.mjs'
import { tryPort } from './lib/ports.mjs'
import { endOrphan, portTaken, startServer } from './lib/server.mjs'
import { applicationPort, dataDirectory, loadEnvironmentFile } from './lib/settings.mjs'
import { endOrphanStripe, listTestCards, startStripe } from './lib/stripe.mjs'

/** Whatever hangs, the launcher is gone this long after Ctrl-C. */
const lastResort = 9_500
const checkInterval = 2_000

const ending = askedToEnd()
const failing = new AbortController()
const signal = AbortSignal.any([ending, failing.signal])

/** What is to be undone at the end, the latest first. @type {(() => void | Promise<void>)[]} */
const undo = []
/** Whether what was found gone is just being started again. */
let checking = false

try {
  await demonstrate()
} catch (error) {
  if (!ending.aborted) {
    reportFailure(error)
    process.exitCode = 1
  }
}
setTimeout(() => process.exit(1), lastResort).unref()
if (ending.aborted) say('終了しています…', 'stopping …')
for (const action of undo.reverse()) await action()
if (ending.aborted) say('終了しました。データは残っています', 'stopped; the data stays')
process.exit()

async function demonstrate() {
  checkNode()
  const reset = readArguments()
  loadEnvironmentFile()
  const port = applicationPort()
  const dataDir = dataDirectory()
  holdDataDirectory(dataDir, port)
  await Promise.all([endOrphan(dataDir), endOrphanStripe(dataDir)])
  await checkPort(port)

  await installDependencies(signal)
  if (reset) await beginAgain()
  const [database, , stripe] = await together(prepareDatabase(), buildServer(signal), prepareStripe(dataDir, port))

  const mail = await prepareMail(dataDir)
  const server = startServer({ database, dataDir, port, env: { DEMO: '1', ...stripe?.env, ...mail?.env } })
  undo.push(() => server.stop())
  await step('サーバーを起動し、デモデータを用意しています', 'starting the server with demonstration data', () =>
    server.ready({ signal, onStep: (name) => console.log(`  ${name}`) }),
  )
  announce(port, stripe, mail)

  const watch = setInterval(() => void keepRunning(database, stripe), checkInterval)
  undo.push(() => clearInterval(watch))
  await Promise.race([server.exited, aborted(signal)])
  if (!ending.aborted) {
    throw new Trouble('サーバーが停止しました', 'the server ended by itself', { detail: server.log })
  }
}

function readArguments() {
  const given = process.argv.slice(2)
  const unknown = given.find((argument) => argument !== '--reset')
  if (unknown) {
    throw new Trouble(
      `${unknown} は使えません。npm run demo、または npm run demo -- --reset`,
      `unknown option ${unknown}: npm run demo, or npm run demo -- --reset`,
    )
  }
  return given.length > 0
}

function holdDataDirectory(dataDir, port) {
  mkdirSync(dataDir, { recursive: true })
  const lock = acquire(join(dataDir, 'launcher.lock'), { port })
  if ('heldBy' in lock) {
    const address = `http://localhost:${lock.heldBy.port}`
    throw new Trouble('このデータで既に起動しています', 'already running with this data', { detail: address })
  }
  undo.push(lock.release)
}

async function checkPort(port) {
  let free
  try {
    free = await tryPort(port, process.env.HOST)
  } catch (cause) {
    throw new Trouble(`ポート ${port} を使えません`, `port ${port} cannot be used`, { detail: cause.code, cause })
  }
  if (!free) throw portTaken(port)
}

async function beginAgain() {
  const { resetData } = await import('./lib/reset.mjs')
  await step('データを消して最初からやり直します', 'dropping the data to begin again', resetData)
}

async function prepareDatabase() {
  const [{ resolveDatabase }, { deployMigrations }] = await Promise.all([
    import('./lib/database.mjs'),
    import('./lib/deploy.mjs'),
  ])
  const database = await step('データベースを起動しています', 'starting the database', () =>
    resolveDatabase({ signal }),
  )
  undo.push(() => database.stop({ evenIfShared: true }))
  await step('データベースを最新の形にしています', 'migrating the database', () =>
    orAborted(signal, deployMigrations(database.ownerUrl)),
  )
  return database
}

/** Stripe itself where a key is set, else the stand-in. */
async function prepareStripe(dataDir, port) {
  if (process.env.STRIPE_SECRET_KEY) return undefined
  const webhookUrl = `http://127.0.0.1:${port}/api/v1/webhooks/stripe`
  const stripe = await step('Stripe の代わりを起動しています', 'starting the stand-in for Stripe', () =>
    startStripe({ dataDir, webhookUrl, signal }),
  )
  undo.push(() => stripe.stop())
  return stripe
}

/** The settings' mail server, else one that keeps the mails and shows them. */
async function prepareMail(dataDir) {
  if (process.env.SMTP_URL) return undefined
  const mail = await startMail(dataDir)
  undo.push(() => mail.stop())
  return mail
}

/** When one fails the others are broken off, and what they have to clear away is waited for. */
async function together(...work) {
  try {
    return await Promise.all(work)
  } catch (error) {
    failing.abort()
    await Promise.allSettled(work)
    throw error
  }
}

function announce(port, stripe, mail) {
  console.log('')
  say(`▶ http://localhost:${port} で利用できます`, `ready at http://localhost:${port}`)
  console.log(`\n${listAccounts()}\n`)
  if (stripe) console.log(`${listTestCards(stripe.url)}\n`)
  if (mail) console.log(`${listMail(mail.url)}\n`)
  say('終了するには Ctrl-C', 'Ctrl-C stops everything')
}

/** Someone may have killed the database or the stand-in; the server connects again by itself. */
async function keepRunning(database, stripe) {
  if (signal.aborted || checking) return
  checking = true
  try {
    if (!database.isRunning()) {
      await database.restart()
      say('データベースが停止していたため、再起動しました', 'the database had gone and was started again')
    }
    if (stripe && !stripe.isRunning()) {
      await stripe.restart()
      say('Stripe の代わりが停止していたため、再起動しました', 'the stand-in had gone and was started again')
    }
  } catch (error) {
    if (!signal.aborted) reportFailure(error)
  } finally {
    checking = false
  }
}
