import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runDue } from '../../../server/domains/credits/run-due'
import { rightBooks } from '../../support/books'
import { ownDatabase, type TestDatabase } from '../../support/database'
import { makeHotel, type TestHotel } from '../../support/hotel'
import { until } from '../../support/until'

const opened = new Date('2026-01-20T03:00:00Z')
const reset = new Date('2026-01-31T15:05:00Z') // 1 February, 00:05 in Tokyo

describe('kill -9 in the middle of a monthly reset', () => {
  let db: TestDatabase
  let owner: pg.Client
  let hotels: TestHotel[]
  beforeAll(async () => {
    db = await ownDatabase()
    owner = new pg.Client({ connectionString: db.urls.ownerUrl })
    await owner.connect()
    hotels = []
    for (let count = 0; count < 12; count++) hotels.push(await makeHotel(db, { now: opened }))
  })
  afterAll(async () => {
    await owner.end()
    await db.close()
  })

  it('leaves every account with one reset of the month and right books', async () => {
    const last = hotels
      .map(({ tenant }) => tenant.id)
      .sort()
      .at(-1)
    await owner.query('BEGIN')
    await owner.query('SELECT 1 FROM ai_credit_accounts WHERE tenant_id = $1 FOR UPDATE', [last])
    const script = fileURLToPath(new URL('../../support/run-due-process.mjs', import.meta.url))
    const victim = spawn(process.execPath, [script, reset.toISOString()], {
      env: { ...process.env, DATABASE_APP_URL: db.urls.appUrl, DATABASE_JOBS_URL: db.urls.jobsUrl },
      stdio: 'ignore',
    })
    const { rows } = await owner.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    await until('the reset waits in its middle for the locked account', async () => {
      const waiting = await db.owner.query(
        'SELECT 1 FROM pg_locks WHERE NOT granted AND $1::int = ANY (pg_blocking_pids(pid))',
        [rows[0]?.pid],
      )
      return waiting.rowCount
    })
    victim.kill('SIGKILL')
    await once(victim, 'exit')
    await owner.query('ROLLBACK')

    await runDue(db, reset)
    await runDue(db, reset)
    for (const { tenant } of hotels) {
      const { entries } = await rightBooks(db, tenant.id)
      const grants = entries.filter((entry) => entry.transaction_type === 'MONTHLY_RESET')
      expect(grants).toHaveLength(2) // at the opening, and the reset
      const { rowCount } = await owner.query('SELECT 1 FROM monthly_credit_resets WHERE tenant_id = $1', [tenant.id])
      expect(rowCount).toBe(1)
    }
  })
})
