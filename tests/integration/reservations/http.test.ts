import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ImportResponse, ReservationImport, ReservationsResponse } from '#shared/schemas/reservations'
import { bookings, bookingsGzip } from '../../support/bookings'
import { signIn, type Client } from '../../support/client'
import { ownDatabase, type TestDatabase } from '../../support/database'
import { makeHotel, type TestHotel } from '../../support/hotel'
import { startServer, type TestServer } from '../../support/server'
import { until } from '../../support/until'

let db: TestDatabase
let server: TestServer
const started: TestServer[] = []

async function start(): Promise<TestServer> {
  const one = await startServer({ database: db.urls })
  started.push(one)
  return one
}

beforeAll(async () => {
  db = await ownDatabase()
  server = await start()
})
afterAll(async () => {
  await Promise.allSettled(started.map((one) => one.stop()))
  await db.close()
})

function upload(
  client: Client,
  content: Buffer | string,
  fields: Record<string, string> = {},
  name = 'hotel_bookings.csv.gz',
): Promise<Response> {
  const form = new FormData()
  for (const [field, value] of Object.entries(fields)) form.set(field, value)
  form.set('file', new Blob([Buffer.isBuffer(content) ? new Uint8Array(content) : content]), name)
  return client('/api/v1/reservations/imports', { method: 'POST', body: form })
}

const resort = { mapping: JSON.stringify({ currency: 'EUR', yenRate: 130, hotelLabel: bookings.resort.label }) }

async function importOf(answer: Response): Promise<ReservationImport> {
  expect(answer.status).toBe(202)
  return ((await answer.json()) as ImportResponse).import
}

async function stateOf(client: Client, id: string): Promise<ReservationImport> {
  return ((await (await client(`/api/v1/reservations/imports/${id}`)).json()) as ImportResponse).import
}

const isOver = (one: ReservationImport) => !['queued', 'running'].includes(one.status)
const ended = (client: Client, id: string) =>
  until(
    'the import to end',
    async () => {
      const one = await stateOf(client, id)
      return isOver(one) && one
    },
    60_000,
  )
const inTheMiddle = (client: Client, id: string) =>
  until(
    'the import to be in the middle',
    async () => {
      const one = await stateOf(client, id)
      if (isOver(one)) throw new Error(`it was over before: ${JSON.stringify(one)}`)
      return one.rowsRead > 2_000
    },
    60_000,
  )

async function rowsOf(hotel: TestHotel): Promise<number> {
  const { rows } = await db.owner.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM reservations WHERE tenant_id = $1',
    [hotel.tenant.id],
  )
  return rows[0]?.count ?? 0
}

const jobs = async () => (await db.owner.query('SELECT attempts, locked_by FROM graphile_worker._private_jobs')).rows

const whole = {
  status: 'completed',
  rowsRead: bookings.rows,
  imported: bookings.resort.rows,
  skipped: bookings.city.rows,
  alreadyThere: 0,
  refused: 0,
}

describe('an import whose server goes away', () => {
  test('killed in the middle: nothing is there, and the next server does it, told by itself', async () => {
    const hotel = await makeHotel(db)
    const first = await start()
    const doomed = await signIn(first.url, hotel.people.MANAGER.email)
    // Only the server that is killed may take the job.
    await server.stop()
    const { id } = await importOf(await upload(doomed, bookingsGzip, resort))
    await inTheMiddle(doomed, id)
    await first.kill9()
    expect(await rowsOf(hotel)).toBe(0)

    server = await start()
    const manager = await signIn(server.url, hotel.people.MANAGER.email)
    expect(await ended(manager, id)).toMatchObject(whole)
    expect(await rowsOf(hotel)).toBe(bookings.resort.rows)
    await until('the job to be gone', async () => (await jobs()).length === 0)
  })

  test('told to stop in the middle: rolled back and handed back within seconds, without losing an attempt', async () => {
    const hotel = await makeHotel(db)
    const manager = await signIn(server.url, hotel.people.MANAGER.email)
    const { id } = await importOf(await upload(manager, bookingsGzip, resort))
    await inTheMiddle(manager, id)
    const asked = performance.now()
    await server.stop()
    expect(performance.now() - asked).toBeLessThan(10_000)
    expect(await rowsOf(hotel)).toBe(0)
    expect(await jobs()).toEqual([{ attempts: 0, locked_by: null }])

    server = await start()
    expect(await ended(await signIn(server.url, hotel.people.MANAGER.email), id)).toMatchObject(whole)
  })

  test('another server that starts meanwhile leaves it alone', async () => {
    const hotel = await makeHotel(db)
    const manager = await signIn(server.url, hotel.people.MANAGER.email)
    const { id } = await importOf(await upload(manager, bookingsGzip, resort))
    await until('a worker to take it', async () => (await jobs())[0]?.locked_by)
    const [before] = await jobs()
    const other = await start()
    const [after] = await jobs()
    if (after) expect(after).toEqual(before)
    expect(await ended(manager, id)).toMatchObject(whole)
    await other.stop()
  })
})

describe('the routes', () => {
  let hotel: TestHotel
  let manager: Client
  beforeAll(async () => {
    hotel = await makeHotel(db)
    manager = await signIn(server.url, hotel.people.MANAGER.email)
  })

  test('an import from upload to undo, with its list, errors and sample', async () => {
    const csv = '予約番号,到着日,泊数,状態\nA,2016-07-01,1,宿泊済\n=B,soon,1,宿泊済\n'
    const tried = await importOf(await upload(manager, csv, { dryRun: 'true' }, '七月の予約.csv'))
    expect(tried).toMatchObject({
      status: 'queued',
      fileName: '七月の予約.csv',
      dryRun: true,
      user: { name: hotel.people.MANAGER.name },
    })
    expect(await ended(manager, tried.id)).toMatchObject({ status: 'completed', imported: 1, refused: 1 })
    const done = await ended(manager, (await importOf(await upload(manager, csv))).id)
    expect(done).toMatchObject({
      imported: 1,
      errors: [{ line: 3, column: '到着日', reason: '日付として読み取れません(soon)' }],
    })
    const errors = await manager(`/api/v1/reservations/imports/${done.id}/errors.csv`)
    expect(errors.headers.get('content-type')).toContain('text/csv')
    expect(await errors.text()).toContain('3,到着日,soon')
    const { reservations, total } = await (await manager('/api/v1/reservations?status=ARRIVED')).json()
    expect(total).toBe(1)
    expect(reservations).toMatchObject([{ reservationNo: 'A', arrivalDate: '2016-07-01', departureDate: '2016-07-02' }])
    const undone = await manager(`/api/v1/reservations/imports/${done.id}`, { method: 'DELETE' })
    expect(await undone.json()).toMatchObject({ import: { status: 'undone' } })
    expect((await (await manager('/api/v1/reservations/imports')).json()).imports).toHaveLength(2)
    expect(await (await manager('/api/v1/reservations/imports/sample.csv')).text()).toContain('予約番号')
    const audit = await db.owner.query(
      'SELECT event_type, user_id FROM system_events WHERE tenant_id = $1 AND entity_id = $2 ORDER BY created_at',
      [hotel.tenant.id, done.id],
    )
    expect(audit.rows.map((row) => row.event_type)).toEqual([
      'reservations.import_started',
      'reservations.imported',
      'reservations.import_undone',
    ])
    expect(audit.rows.every((row) => row.user_id === hotel.people.MANAGER.id)).toBe(true)
  })

  test('a file over the limit is refused with the limit, also when its length is not announced', async () => {
    const big = Buffer.alloc(33 * 2 ** 20, 'a')
    const refused = await upload(manager, big)
    expect(refused.status).toBe(413)
    expect(await refused.json()).toMatchObject({
      error: 'FILE_TOO_LARGE',
      details: { maxBytes: 32 * 2 ** 20 },
      message: expect.stringContaining('32 MB'),
    })
  })

  test.each([
    [
      'no form',
      { method: 'POST', body: 'a,b', headers: { 'content-type': 'text/csv' } },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a form without an end',
      {
        method: 'POST',
        body: '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
      },
      400,
      'INVALID_INPUT',
    ],
    [
      'a form without a file',
      {
        method: 'POST',
        body: '--x\r\nContent-Disposition: form-data; name="dryRun"\r\n\r\ntrue\r\n--x--',
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
      },
      400,
      'INVALID_INPUT',
    ],
  ])('%s', async (_what, init, status, error) => {
    const answer = await manager('/api/v1/reservations/imports', init)
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ error })
  })

  test.each([
    [{ mapping: '{' }, 'INVALID_JSON'],
    [{ mapping: '{"currency":"euro"}' }, 'INVALID_INPUT'],
    [{ mapping: '{"columns":{"nothing":"x"}}' }, 'INVALID_INPUT'],
    [{ dryRun: 'perhaps' }, 'INVALID_INPUT'],
  ])('%j', async (fields: Record<string, string>, error) => {
    const answer = await upload(manager, 'a', fields)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error })
  })

  test('staff read, managers import, administrators set; a stranger finds nothing', async () => {
    const staff = await signIn(server.url, hotel.people.STAFF.email)
    expect((await staff('/api/v1/reservations')).status).toBe(200)
    expect((await upload(staff, 'a')).status).toBe(403)
    expect((await staff('/api/v1/reservations/imports')).status).toBe(403)
    const settings = { hotelLabel: 'Resort Hotel', currency: 'EUR', yenRate: 130.5 }
    const put = (client: Client) => client('/api/v1/settings/reservation-import', { method: 'PUT', json: settings })
    expect((await put(manager)).status).toBe(403)
    expect(await (await put(await signIn(server.url, hotel.people.ADMIN.email))).json()).toEqual(settings)
    expect(await (await manager('/api/v1/settings/reservation-import')).json()).toEqual(settings)

    const [theirs] = (await (await manager('/api/v1/reservations/imports')).json()).imports as ReservationImport[]
    const stranger = await signIn(server.url, (await makeHotel(db)).people.OWNER.email)
    for (const [path, method] of [
      ['', 'GET'],
      ['', 'DELETE'],
      ['/errors.csv', 'GET'],
    ] as const) {
      expect((await stranger(`/api/v1/reservations/imports/${theirs?.id}${path}`, { method })).status).toBe(404)
    }
  })

  test('pages of the list follow one another without gap or repetition', async () => {
    const csv = [
      '予約番号,到着日,泊数,状態',
      ...Array.from({ length: 25 }, (_, index) => `N${index},2016-07-0${1 + (index % 3)},1,宿泊済`),
    ].join('\n')
    await ended(manager, (await importOf(await upload(manager, csv))).id)
    for (const order of ['newest', 'oldest']) {
      const open = async (cursor: string | null): Promise<ReservationsResponse> =>
        (await manager(`/api/v1/reservations?limit=7&order=${order}${cursor ? `&cursor=${cursor}` : ''}`)).json()
      const pages = [await open(null)]
      for (let cursor = pages[0]?.nextCursor; cursor; cursor = pages.at(-1)?.nextCursor) pages.push(await open(cursor))
      const seen = pages.flatMap(({ reservations }) => reservations.map(({ reservationNo }) => reservationNo))
      expect(new Set(seen).size).toBe(25)
      expect(seen).toHaveLength(25)
      expect(pages.map(({ offset, total }) => [offset, total])).toEqual([0, 7, 14, 21].map((offset) => [offset, 25]))
      // The same pages on the way back.
      const back = [pages.at(-1)]
      for (let cursor = back[0]?.previousCursor; cursor; cursor = back[0]?.previousCursor)
        back.unshift(await open(cursor))
      expect(back).toEqual(pages)
    }
    const occupancy = await (await manager('/api/v1/reservations/occupancy?from=2016-06-30&to=2016-07-04')).json()
    expect(occupancy.days.map((day: { occupiedRooms: number }) => day.occupiedRooms)).toEqual([0, 9, 8, 8, 0])
  })
})
