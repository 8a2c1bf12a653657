import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reserveCredits } from '../../../server/domains/credits/reserve-credits'
import { settleHold } from '../../../server/domains/credits/settle-hold'
import { verifyBooks } from '../../../server/domains/credits/verify-books'
import { platformTenantId } from '../../../server/domains/identity/sessions'
import { ownDatabase, type TestDatabase } from '../../support/database'
import { contextFor, makeHotel, type TestHotel } from '../../support/hotel'

describe('checking the books', () => {
  let db: TestDatabase
  let hotel: TestHotel
  const dataDir = mkdtempSync(join(tmpdir(), 'hotel-member-verify-'))
  beforeAll(async () => {
    db = await ownDatabase()
    hotel = await makeHotel(db)
    await makeHotel(db, { plan: 'ESSENTIAL' })
    const ctx = contextFor(db, hotel)
    const { holdId } = await reserveCredits(ctx, { amount: 10, functionType: 'chatbot' })
    await settleHold(ctx, { holdId, amount: 6 })
    await reserveCredits(ctx, { amount: 9, functionType: 'prediction' })
  })
  afterAll(async () => {
    await db.close()
    rmSync(dataDir, { recursive: true })
  })

  /** As the command finds a database by the settings. */
  const command = () =>
    new Promise<{ code: number | null; output: string }>((done) => {
      const env = {
        ...process.env,
        DATA_DIR: dataDir,
        DATABASE_URL: db.urls.ownerUrl,
        DATABASE_APP_URL: db.urls.appUrl,
        DATABASE_JOBS_URL: db.urls.jobsUrl,
      }
      const child = spawn(process.execPath, ['scripts/credits-verify.mjs'], { env })
      let output = ''
      child.stdout.on('data', (chunk) => (output += chunk))
      child.stderr.on('data', (chunk) => (output += chunk))
      child.on('close', (code) => done({ code, output }))
    })

  it('finds nothing where all is right', async () => {
    expect(await verifyBooks(db, new Date())).toEqual([])
    const { code, output } = await command()
    expect(output.trim().split('\n').length).toBe(1)
    expect(code).toBe(0)
  })

  it.each([
    [
      'ledger',
      'UPDATE ai_credit_accounts SET current_balance = current_balance + 1 WHERE tenant_id = $1',
      'UPDATE ai_credit_accounts SET current_balance = current_balance - 1 WHERE tenant_id = $1',
    ],
    [
      'grants',
      'UPDATE ai_credit_grants SET remaining = remaining - 2 WHERE tenant_id = $1',
      'UPDATE ai_credit_grants SET remaining = remaining + 2 WHERE tenant_id = $1',
    ],
    [
      'last entry',
      "UPDATE ai_credit_transactions SET balance_after = balance_after + 1 WHERE tenant_id = $1 AND transaction_type = 'USAGE'",
      "UPDATE ai_credit_transactions SET balance_after = balance_after - 1 WHERE tenant_id = $1 AND transaction_type = 'USAGE'",
    ],
    [
      'holds',
      'UPDATE ai_credit_accounts SET held_credits = 0 WHERE tenant_id = $1',
      'UPDATE ai_credit_accounts SET held_credits = 9 WHERE tenant_id = $1',
    ],
    [
      'daily usage',
      'UPDATE ai_credit_daily_usage SET credits = credits + 1 WHERE tenant_id = $1',
      'UPDATE ai_credit_daily_usage SET credits = credits - 1 WHERE tenant_id = $1',
    ],
    [
      'total used',
      'UPDATE ai_credit_accounts SET total_used_credits = 0 WHERE tenant_id = $1',
      'UPDATE ai_credit_accounts SET total_used_credits = 6 WHERE tenant_id = $1',
    ],
  ])('finds a wrong figure: %s', async (figure, breaking, mending) => {
    await db.owner.query(breaking, [hotel.tenant.id])
    const found = await verifyBooks(db, new Date())
    expect(found.map((one) => one.figure)).toContain(figure)
    expect(new Set(found.map((one) => one.accountId))).toEqual(new Set([hotel.accountId]))
    const { rows } = await db.owner.query(
      `SELECT after FROM system_events WHERE tenant_id = $1 AND event_type = 'credits.books_differ' ORDER BY id DESC LIMIT 1`,
      [platformTenantId],
    )
    expect(rows[0].after.differences[0]).toMatchObject({ accountId: hotel.accountId })
    const { code, output } = await command()
    expect(output).toContain(hotel.accountId)
    expect(code).toBe(1)
    await db.owner.query(mending, [hotel.tenant.id])
    expect(await verifyBooks(db, new Date())).toEqual([])
  })
})
