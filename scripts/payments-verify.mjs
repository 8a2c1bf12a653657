/**
 * npm run payments:verify
 *
 * Compares purchases, grants, ledger, invoices, transfers and Stripe's own records of the present settings' database,
 * and ends with 1 where they differ. Where no STRIPE_SECRET_KEY is set it asks the stand-in of the data folder, the
 * running demonstration's or, for as long as this takes, one of its own.
 */
import { join } from 'node:path'
import { createJiti } from 'jiti'
import pg from 'pg'
import Stripe from 'stripe'
import { resolveDatabase } from './lib/database.mjs'
import { reportFailure, say } from './lib/messages.mjs'
import { dataDirectory, loadEnvironmentFile, root } from './lib/settings.mjs'
import { findStripe } from './lib/stripe.mjs'

try {
  loadEnvironmentFile()
  const database = await resolveDatabase()
  const jobs = new pg.Pool({ connectionString: database.jobsUrl, max: 2 })
  const standIn = process.env.STRIPE_SECRET_KEY ? undefined : await findStripe({ dataDir: dataDirectory() })
  try {
    await verify(jobs, clientOf(standIn?.env ?? process.env))
  } finally {
    await standIn?.stop()
    await jobs.end()
    await database.stop()
  }
} catch (error) {
  reportFailure(error)
  process.exitCode = 1
}

function clientOf({ STRIPE_SECRET_KEY, STRIPE_API_URL }) {
  if (!STRIPE_SECRET_KEY) return null
  if (!STRIPE_API_URL) return new Stripe(STRIPE_SECRET_KEY, { telemetry: false })
  const { hostname: host, port, protocol } = new URL(STRIPE_API_URL)
  return new Stripe(STRIPE_SECRET_KEY, {
    host,
    port: port || undefined,
    protocol: protocol.slice(0, -1),
    telemetry: false,
  })
}

async function verify(jobs, stripe) {
  const jiti = createJiti(import.meta.url, { alias: { '#shared': join(root, 'shared') } })
  const { verifyPayments } = await jiti.import('../server/domains/payments/verify-payments.ts')
  const { purchases, invoices, intents, differences } = await verifyPayments({ jobs }, stripe, new Date())
  for (const { tenantId, entity, entityId, figure, kept, recomputed } of differences) {
    console.log(`tenant ${tenantId} ${entity} ${entityId} ${figure}: ${kept} ≠ ${recomputed}`)
  }
  if (differences.length === 0) {
    say(
      `購入 ${purchases} 件・請求書 ${invoices} 件・Stripe の決済 ${intents ?? 0} 件はすべて一致しています`,
      `${purchases} purchases, ${invoices} invoices and ${intents ?? 0} payments at Stripe agree`,
    )
    return
  }
  say(`${differences.length} 件が一致しません`, `${differences.length} figures differ`)
  process.exitCode = 1
}
