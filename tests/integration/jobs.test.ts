import { afterAll, beforeAll, it } from 'vitest'
import { JobRunner } from '../../server/utils/jobs'
import { logger } from '../../server/utils/logger'
import { ownDatabase, type TestDatabase } from '../support/database'
import { until } from '../support/until'

let db: TestDatabase
const { level } = logger
beforeAll(async () => {
  db = await ownDatabase()
  logger.level = 'silent'
})
afterAll(async () => {
  logger.level = level
  await db.close()
})

/** The workers' locks, by the connection that holds them. */
async function holders(): Promise<number[]> {
  const { rows } = await db.owner.query<{ pid: number }>(
    `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = 4207002 AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  )
  return rows.map(({ pid }) => pid)
}

it('takes its workers’ locks again at once when their connection breaks', async () => {
  const task = { run: () => Promise.resolve(), giveUp: () => Promise.resolve() }
  const runner = new JobRunner(
    db,
    { 'reservations.import': task, 'mail.send': task, 'payments.auto-purchase': task, 'payments.sync-cards': task },
    new AbortController().signal,
  )
  await runner.start()
  try {
    const before = await until('both locks', async () => {
      const pids = await holders()
      return pids.length === 2 && pids
    })
    for (const round of [before, []]) {
      const [pid] = round.length > 0 ? round : await holders()
      await db.jobs.query('SELECT pg_terminate_backend($1)', [pid])
      // Long before the next patrol.
      await until(
        'the locks on another connection',
        async () => {
          const pids = await holders()
          return pids.length === 2 && !pids.includes(Number(pid))
        },
        5_000,
      )
    }
  } finally {
    await runner.stop()
  }
  await until('the locks to go', async () => (await holders()).length === 0)
})
