import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { logger } from '../../server/utils/logger'
import { OutboxRelay, pruneDeliveredEvents, type DomainEvent } from '../../server/utils/outbox-relay'
import { ownDatabase, type TestDatabase } from '../support/database'
import { makeHotel, type TestHotel } from '../support/hotel'
import { until } from '../support/until'

describe('the outbox', () => {
  let db: TestDatabase
  let hotel: TestHotel
  const { level } = logger
  beforeAll(async () => {
    // Each of the failures that the tests arrange would be a line.
    logger.level = 'silent'
    db = await ownDatabase()
    hotel = await makeHotel(db)
    await db.owner.query('DELETE FROM outbox_events')
  })
  afterAll(() => {
    logger.level = level
    return db.close()
  })

  const emit = (eventType: string, count: number, payload: object = {}) =>
    db.owner.query(
      `INSERT INTO outbox_events (tenant_id, id, event_type, payload, created_at)
       SELECT $1, gen_random_uuid(), $2, $3, now() FROM generate_series(1, $4)`,
      [hotel.tenant.id, eventType, payload, count],
    )
  const undelivered = async () =>
    (
      await db.owner.query<{ event_type: string }>(
        'SELECT DISTINCT event_type FROM outbox_events WHERE delivered_at IS NULL ORDER BY 1',
      )
    ).rows.map((row) => row.event_type)

  it('delivers what stands behind events that fail, tries those again later, and tells of too large ones without their payload', async () => {
    const tries = new Map<string, number>()
    const heard: DomainEvent[] = []
    let isMended = false
    const fails = (event: DomainEvent): Promise<void> => {
      tries.set(event.id, (tries.get(event.id) ?? 0) + 1)
      return isMended ? Promise.resolve() : Promise.reject(new Error('no'))
    }
    await emit('fails', 250)
    await emit('large', 1, { words: '予約'.repeat(2000) })
    await emit('small', 1, { words: '予約' })
    const relay = new OutboxRelay(
      db,
      (eventType) => (eventType === 'fails' ? [fails] : []),
      (event) => heard.push(event),
    )
    relay.start()
    try {
      await until('the events behind', () => heard.length === 2)
      expect(heard.map(({ eventType, payload }) => ({ eventType, payload }))).toEqual(
        expect.arrayContaining([
          { eventType: 'large', payload: {} },
          { eventType: 'small', payload: { words: '予約' } },
        ]),
      )
      expect(await undelivered()).toEqual(['fails'])
      // Woken again at once, it does not try again at once.
      relay.wake()
      await emit('small', 1)
      relay.wake()
      await until('the next event', () => heard.length === 3)
      expect(Math.max(...tries.values())).toBeLessThanOrEqual(2)
      isMended = true
      await until('the failed ones', async () => (await undelivered()).length === 0, 30_000)
    } finally {
      await relay.stop()
    }
  })

  it('forgets what was delivered a week ago, and nothing else', async () => {
    await db.owner.query('DELETE FROM outbox_events')
    await emit('old', 2)
    await db.owner.query(`UPDATE outbox_events SET delivered_at = now() - interval '7 days 1 minute'`)
    await emit('recent', 1)
    await db.owner.query(`UPDATE outbox_events SET delivered_at = now() - interval '6 days' WHERE delivered_at IS NULL`)
    await emit('waiting', 1)
    expect(await pruneDeliveredEvents(db, new Date())).toBe(2)
    const { rows } = await db.owner.query('SELECT event_type FROM outbox_events ORDER BY 1')
    expect(rows.map((row) => row.event_type)).toEqual(['recent', 'waiting'])
  })
})
