import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signIn } from '../support/client'
import { testDatabase } from '../support/database'
import { makeHotel, makeOperator } from '../support/hotel'
import { runningServer, type TestServer } from '../support/server'

describe('a hotel of the tests', () => {
  const db = testDatabase()
  let server: TestServer
  beforeAll(async () => {
    server = await runningServer()
  })
  afterAll(async () => {
    await server.stop()
    await db.close()
  })

  it('has people who can sign in, each with their role', async () => {
    const hotel = await makeHotel(db, { plan: 'ESSENTIAL' })
    const client = await signIn(server.url, hotel.people.STAFF.email)
    const answer = await client('/api/v1/auth/session')
    expect(await answer.json()).toMatchObject({ session: { role: 'STAFF', tenant: { id: hotel.tenant.id } } })
    const operator = await signIn(server.url, (await makeOperator(db)).email)
    expect(await (await operator('/api/v1/auth/session')).json()).toMatchObject({
      session: { role: 'SUPER_ADMIN', tenant: null },
    })
  })
})
