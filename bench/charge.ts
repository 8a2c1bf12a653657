/**
 * npm run bench:charge
 *
 * Charges (reserve, then settle) a second at 16 clients, through the domain functions, beside the bare SQL of the
 * same statements through the pg driver: the same prepared statements on a pool of the same size, with nothing of ours
 * around them. Over 1,000 accounts and over one hot account; rounds are interleaved, medians compared.
 */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { dayOf } from '#shared/utils/calendar'
import { openAccount } from '../server/domains/credits/open-account'
import { reserveCredits } from '../server/domains/credits/reserve-credits'
import { settleHold } from '../server/domains/credits/settle-hold'
import { grantStatement, reserveStatement, settleStatement } from '../server/domains/credits/statements'
import { createHotel } from '../server/domains/identity/create-hotel'
import type { Context, Tenant } from '../server/utils/context'
import { createDatabase } from '../server/utils/db'
import { newId } from '../server/utils/ids'
import { benchDatabase } from './lib/database.mjs'
import { conclude, median, rounded } from './lib/figures.mjs'

const clients = 16
const accounts = 1000
const rounds = 7
const roundMs = 2500
const goal = 0.7
const today = dayOf(new Date(), 'Asia/Tokyo')

const database = await benchDatabase('charge')
const db = createDatabase({ appUrl: database.appUrl, jobsUrl: database.jobsUrl, poolSize: clients })
const bare = new pg.Pool({ connectionString: database.appUrl, max: clients })

try {
  const hotels = await makeHotels()
  const [hot] = hotels
  if (!hot) throw new Error('no hotels')
  const cases = [
    { name: `${accounts} accounts`, pick: () => hotels[Math.floor(Math.random() * hotels.length)] ?? hot },
    { name: 'one hot account', pick: () => hot },
  ]
  const results = []
  for (const { name, pick } of cases) {
    const ours: number[] = []
    const reference: number[] = []
    await measure(() => chargeByDomain(pick()), 500)
    await measure(() => chargeByDriver(pick()), 500)
    for (let round = 0; round < rounds; round++) {
      // Whoever goes second finds the caches warm: they take turns.
      const sides = [
        async () => void ours.push(await measure(() => chargeByDomain(pick()))),
        async () => void reference.push(await measure(() => chargeByDriver(pick()))),
      ]
      for (const side of round % 2 ? sides.reverse() : sides) await side()
    }
    const result = { name, ours: median(ours), reference: median(reference) }
    results.push(result)
    console.log(
      `${name}: ${rounded(result.ours)} of ${rounded(result.reference)} charges/s = ${rounded(result.ours / result.reference)}`,
    )
  }
  const worst = results.reduce((a, b) => (a.ours / a.reference <= b.ours / b.reference ? a : b))
  conclude({
    figure: `charge: ${worst.name}, ${clients} clients`,
    ours: worst.ours,
    reference: worst.reference,
    ratio: worst.ours / worst.reference,
    goal: `>= ${goal}`,
    unit: 'charges/s',
  })
} finally {
  await bare.end()
  await db.close()
  await database.stop()
}
process.exit()

/** @returns how many a second */
async function measure(charge: () => Promise<void>, ms = roundMs): Promise<number> {
  const begin = performance.now()
  let done = 0
  const client = async () => {
    while (performance.now() - begin < ms) {
      await charge()
      done++
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return done / ((performance.now() - begin) / 1000)
}

async function chargeByDomain(tenant: Tenant): Promise<void> {
  const ctx = contextOf(tenant)
  const { holdId } = await reserveCredits(ctx, { amount: 3, functionType: 'chatbot' })
  const settled = await settleHold(ctx, { holdId, amount: 2, executionMs: 900 })
  if (settled.outcome !== 'SETTLED') throw new Error(`not charged: ${settled.holdStatus}`)
}

/** Nothing but the statements and their values. */
async function chargeByDriver(tenant: Tenant): Promise<void> {
  const now = new Date()
  const holdId = randomUUID()
  const reserve = reserveStatement({
    tenantId: tenant.id,
    holdId,
    amount: 3,
    functionType: 'chatbot',
    userId: null,
    now,
    expiresAt: new Date(now.getTime() + 600_000),
  })
  await bare.query({ name: reserve.name, text: reserve.text, values: reserve.values })
  const settle = settleStatement({
    tenantId: tenant.id,
    holdId,
    amount: 2,
    now,
    day: today,
    executionMs: 900,
    functionParams: null,
    description: null,
    idempotencyKey: holdId,
    requestId: holdId,
  })
  const { rows } = await bare.query<{ outcome: string }>({
    name: settle.name,
    text: settle.text,
    values: settle.values,
  })
  if (rows[0]?.outcome !== 'SETTLED') throw new Error(`not charged: ${rows[0]?.outcome}`)
}

function contextOf(tenant: Tenant): Context {
  return {
    tenantId: tenant.id,
    tenant,
    actor: { kind: 'system', task: 'bench' },
    db: db.forTenant(tenant.id),
    now: new Date(),
    requestId: 'bench',
    locale: 'ja',
    signal: new AbortController().signal,
  }
}

async function makeHotels(): Promise<Tenant[]> {
  const now = new Date()
  const { rows: known } = await db.pool.query<{ id: string }>(`SELECT id FROM tenants WHERE kind = 'HOTEL' ORDER BY id`)
  const ids = known.map((row) => row.id)
  while (ids.length < accounts) {
    const id = newId()
    await createHotel(db, {
      tenant: { id, name: `Bench ${ids.length}`, planCode: 'ENTERPRISE', rooms: 10 },
      organization: { id: newId(), parentId: null },
      people: [],
      sharing: 'hotelIndependence',
      now,
    })
    await openAccount({ db: db.forTenant(id), tenant: tenantOf(id), now })
    ids.push(id)
  }
  // Enough for this run in every account, whatever former runs took.
  const run = newId()
  for (const id of ids) {
    await bare.query(
      grantStatement({
        tenantId: id,
        source: 'BONUS',
        type: 'BONUS',
        amount: 1_000_000,
        unitPriceYen: '0',
        expiresAt: new Date(now.getTime() + 3_600_000),
        priority: 1,
        userId: null,
        description: null,
        referenceId: null,
        idempotencyKey: run,
        now,
      }),
    )
  }
  return ids.map(tenantOf)
}

function tenantOf(id: string): Tenant {
  return { id, name: 'Bench', timeZone: 'Asia/Tokyo', planCode: 'ENTERPRISE', planName: 'ENTERPRISE', features: [] }
}
