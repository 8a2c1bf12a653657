import { afterAll, beforeAll, expect, it } from 'vitest'
import { listAccounts } from '../../../server/domains/credits/list-accounts'
import { ownDatabase, type TestDatabase } from '../../support/database'
import { makeHotel } from '../../support/hotel'

let db: TestDatabase
beforeAll(async () => {
  db = await ownDatabase()
})
afterAll(() => db.close())

it('lists every account once, page by page, also of hotels of one name', async () => {
  const hotels = [
    await makeHotel(db),
    await makeHotel(db),
    await makeHotel(db),
    await makeHotel(db),
    await makeHotel(db),
  ]
  const [first, second] = hotels
  await db.owner.query('UPDATE tenants SET name = $1 WHERE id = ANY ($2)', [
    'ホテル',
    [first?.tenant.id, second?.tenant.id],
  ])
  const listed: string[] = []
  let cursor: string | undefined
  do {
    const page = await listAccounts(db, { limit: 2, cursor }, new Date())
    expect(page.accounts.length).toBeLessThanOrEqual(2)
    listed.push(...page.accounts.map(({ accountId }) => accountId))
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  expect(listed).toHaveLength(5)
  expect(new Set(listed)).toEqual(new Set(hotels.map(({ accountId }) => accountId)))
})
