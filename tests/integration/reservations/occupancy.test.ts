import { afterAll, beforeAll, expect, test } from 'vitest'
import { occupancyResponse } from '#shared/schemas/reservations'
import { importReservations } from '../../../server/domains/reservations/start-import'
import { getOccupancy } from '../../../server/domains/reservations/get-occupancy'
import type { Context } from '../../../server/utils/context'
import { testDatabase, type TestDatabase } from '../../support/database'
import { contextFor, makeHotel } from '../../support/hotel'

let db: TestDatabase
let ctx: Context
beforeAll(async () => {
  db = testDatabase()
  ctx = contextFor(db, await makeHotel(db))
})
afterAll(() => db.close())

test.each([
  ['the day before the first there is', { to: '1900-01-01' }, 'from'],
  ['the day after the last there is', { from: '2199-12-31' }, 'to'],
  ['more than four hundred days', { from: '2016-01-01', to: '2017-12-31' }, 'to'],
  ['an end before its beginning', { from: '2016-01-02', to: '2016-01-01' }, 'to'],
])('a period with %s is refused', async (_what, query, path) => {
  await expect(getOccupancy(ctx, query)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    details: { issues: [{ path }] },
  })
})

test.each([{ from: '1900-01-01' }, { to: '2199-12-31' }])(
  'the edges of the calendar are answered: %o',
  async (query) => {
    const answer = await getOccupancy(ctx, query)
    expect(occupancyResponse.parse(answer).days).toHaveLength(90)
  },
)

test('says what the bookings hold at all: their span, and each value to filter by once', async () => {
  const load = async (hotel: Context, ...rows: string[]) => {
    const csv = ['到着日,状態,泊数,部屋タイプ,セグメント', ...rows].join('\n')
    expect(await importReservations(hotel, { fileName: 'x.csv', content: Buffer.from(csv) })).toMatchObject({
      refused: 0,
    })
  }
  const hotel = contextFor(db, await makeHotel(db))
  expect(await getOccupancy(hotel, {})).toMatchObject({
    data: { firstArrival: null, lastArrival: null, reservations: 0 },
    facets: { marketSegments: [], channels: [], roomTypes: [] },
  })
  await load(contextFor(db, await makeHotel(db)), '2015-01-01,宿泊済,1,別館,団体')
  await load(
    hotel,
    '2016-07-03,宿泊済,1,和室,個人',
    '2016-07-01,取消,1,ツイン,個人',
    '2016-07-09,宿泊済,1,ツイン,',
    '2016-07-02,宿泊済,1,和室,法人',
  )
  expect(await getOccupancy(hotel, {})).toMatchObject({
    data: { firstArrival: '2016-07-01', lastArrival: '2016-07-09', reservations: 4 },
    facets: { marketSegments: ['個人', '法人'], channels: [], roomTypes: ['ツイン', '和室'] },
  })
})
