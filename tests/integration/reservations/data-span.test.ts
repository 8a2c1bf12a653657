import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { listFunctions } from '../../../server/domains/ai/list-functions'
import { dataSpan } from '../../../server/domains/reservations/daily-series'
import { importReservations } from '../../../server/domains/reservations/start-import'
import type { Context } from '../../../server/utils/context'
import type { Transaction } from '../../../server/utils/db'
import { ownDatabase, type TestDatabase } from '../../support/database'
import { contextFor, makeHotel } from '../../support/hotel'

let db: TestDatabase
let ctx: Context
beforeAll(async () => {
  db = await ownDatabase()
  vi.stubEnv('DATABASE_APP_URL', db.urls.appUrl)
  vi.stubEnv('DATABASE_JOBS_URL', db.urls.jobsUrl)
  ctx = contextFor(db, await makeHotel(db), { now: new Date('2016-07-10T03:00:00Z') })
})
afterAll(() => {
  vi.unstubAllEnvs()
  return db.close()
})

const span = () => ctx.db.read((tx) => dataSpan(tx, ctx))

test('the span of known outcomes begins with the first arrival and ends before today', async () => {
  expect(await span()).toEqual({ firstDay: null, lastCompleteDay: null })
  const rows = [
    '06-30,取消',
    '07-01,ノーショー',
    '07-03,宿泊済',
    '07-08,宿泊済',
    '07-09,取消',
    '07-10,宿泊済',
    '07-20,予約',
  ]
  const csv = ['到着日,状態,泊数', ...rows.map((row) => `2016-${row},1`)].join('\n')
  const result = await importReservations(ctx, { fileName: 'x.csv', content: Buffer.from(csv) })
  expect(result).toMatchObject({ imported: 7, refused: 0 })
  expect(await span()).toEqual({ firstDay: '2016-07-01', lastCompleteDay: '2016-07-08' })
})

test('is read from an index, however many bookings there are', async () => {
  await db.owner.query(
    `INSERT INTO reservations (tenant_id, id, import_id, fingerprint, occurrence, arrival_date, departure_date, nights,
                               adults, children, babies, status, currency, created_at)
     SELECT r.tenant_id, gen_random_uuid(), r.import_id, int4send(n), 1, day, day + 1, 1, 2, 0, 0,
            (ARRAY['ARRIVED', 'ARRIVED', 'CANCELLED'])[1 + n % 3], 'JPY', now()
       FROM (SELECT tenant_id, import_id FROM reservations WHERE tenant_id = $1 LIMIT 1) AS r
      CROSS JOIN LATERAL (SELECT n, date '2016-07-01' + n % 7 AS day FROM generate_series(1, 50000) AS n) AS made`,
    [ctx.tenantId],
  )
  await db.owner.query('VACUUM ANALYZE reservations')
  const read = await ctx.db.read(async (tx) => {
    await dataSpan(tx, ctx)
    return rowsRead(tx)
  })
  expect(read).toBeLessThan(100)
})

test('the catalogue takes one transaction', async () => {
  let reads = 0
  const counted = { ...ctx.db, read: <T>(run: (tx: Transaction) => Promise<T>) => ((reads += 1), ctx.db.read(run)) }
  await listFunctions({ ...ctx, db: counted })
  expect(reads).toBe(1)
})

/** Rows of reservations that this transaction's statements have fetched, from the table or an index. */
async function rowsRead(tx: Transaction): Promise<number> {
  const [row] = await tx.$queryRaw<{ rows: number }[]>`
    SELECT (coalesce((SELECT pg_stat_get_xact_tuples_returned('reservations'::regclass)), 0) +
            (SELECT coalesce(sum(pg_stat_get_xact_tuples_returned(indexrelid)), 0)
               FROM pg_index WHERE indrelid = 'reservations'::regclass))::int AS rows`
  return row?.rows ?? Infinity
}
