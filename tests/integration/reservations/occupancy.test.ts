import { afterAll, beforeAll, expect, test } from 'vitest'
import { occupancyResponse } from '#shared/schemas/reservations'
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
