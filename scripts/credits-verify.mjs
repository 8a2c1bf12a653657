/**
 * npm run credits:verify
 *
 * Recomputes every credit account of the present settings' database (balance = Σ ledger = Σ remaining grants,
 * held = Σ open holds, use = Σ daily use) and ends with 1 where one differs.
 */
import { connected, resolveDatabase } from './lib/database.mjs'
import { reportFailure, say } from './lib/messages.mjs'

try {
  const database = await resolveDatabase()
  try {
    await connected(database.jobsUrl, verify)
  } finally {
    await database.stop()
  }
} catch (error) {
  reportFailure(error)
  process.exitCode = 1
}

async function verify(client) {
  const { rows: differences } = await client.query('SELECT * FROM credit_differences()')
  const {
    rows: [{ accounts }],
  } = await client.query('SELECT count(*)::int AS accounts FROM ai_credit_accounts')
  for (const { tenant_id, account_id, figure, kept, recomputed } of differences) {
    console.log(`tenant ${tenant_id} account ${account_id} ${figure}: ${kept} ≠ ${recomputed}`)
  }
  if (differences.length === 0) {
    say(`${accounts} 口座の帳簿はすべて一致しています`, `the books of all ${accounts} accounts are right`)
    return
  }
  const wrong = new Set(differences.map((row) => row.account_id)).size
  say(
    `${accounts} 口座のうち ${wrong} 口座の帳簿が一致しません`,
    `the books of ${wrong} of ${accounts} accounts differ`,
  )
  process.exitCode = 1
}
