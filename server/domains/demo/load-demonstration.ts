import type { Database } from '../../utils/db'
import type { Context, Tenant } from '../../utils/context'
import { addKnowledgeSections } from '../ai/knowledge/add-sections'
import { openAccount } from '../credits/open-account'
import { createHotel } from '../identity/create-hotel'
import { makeCreditLimit, makeIssuer } from './billing'
import { makeBookings } from './bookings'
import { makeCreditHistory } from './credit-history'
import { demoHotels, demoPassword, groupNodes, operator, type DemoHotel } from './hotels'
import { cityKnowledge } from './knowledge/city'
import { resortKnowledge } from './knowledge/resort'

interface Options {
  db: Database
  hashPassword: (password: string) => Promise<string>
  now: Date
  /** Told what is being done, for whoever waits. */
  onStep: (step: string) => void
}

/** Several servers may start on one database: one of them loads, the others wait for it. */
const lock = 4_207_002

/** Loads the demonstration where it is absent, part by part; a part is there wholly or not at all. */
export async function loadDemonstration({ db, hashPassword, now, onStep }: Options): Promise<void> {
  const client = await db.jobs.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lock])
    onStep('hotels')
    await makeHotels(db, hashPassword, now)
    await makeIssuer(db, now)
    for (const hotel of demoHotels) {
      onStep(`credits ${hotel.tenant.name}`)
      await makeCredits(db, hotel, now)
      const ctx = demoContext(db, hotel, now)
      await makeCreditLimit(ctx, hotel.creditLimitYen)
      await makeKnowledge(ctx, hotel)
      onStep(`bookings ${hotel.tenant.name}`)
      if (hotel.bookingsLabel) await makeBookings(ctx, hotel.bookingsLabel)
    }
  } finally {
    // Ends the lock with its connection, also after a failure.
    client.release(true)
  }
}

async function makeHotels(db: Database, hashPassword: Options['hashPassword'], now: Date): Promise<void> {
  const { rowCount } = await db.jobs.query('SELECT 1 FROM users WHERE id = $1', [operator.id])
  if (rowCount) return
  const passwordHash = await hashPassword(demoPassword)
  for (const node of groupNodes) {
    await db.jobs.query(
      `INSERT INTO organizations (id, parent_id, level, type, name, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
      [node.id, node.parentId, node.level, node.type, node.name, now],
    )
  }
  for (const { people, ...hotel } of demoHotels) {
    await createHotel(db, { ...hotel, people: people.map((person) => ({ ...person, passwordHash })), now })
  }
  // Last: it marks the hotels as made.
  await db.jobs.query(
    `INSERT INTO users (id, email, name, password_hash, platform_role, created_at) VALUES ($1, $2, $3, $4, 'SUPER_ADMIN', $5) ON CONFLICT DO NOTHING`,
    [operator.id, operator.email, operator.name, passwordHash, now],
  )
}

async function makeCredits(db: Database, hotel: DemoHotel, now: Date): Promise<void> {
  const tenant = tenantOf(hotel)
  const bound = db.forTenant(tenant.id)
  const account = await bound.read((tx) => tx.aiCreditAccount.findUnique({ where: { tenantId: tenant.id } }))
  if (account) return
  if (hotel.creditsLeft === null) await openAccount({ db: bound, tenant, now })
  else
    await makeCreditHistory(
      db,
      tenant,
      hotel.people.map((person) => person.id),
      { creditsLeft: hotel.creditsLeft, now },
    )
}

const knowledge = { resort: resortKnowledge, city: cityKnowledge }

async function makeKnowledge(ctx: Context, hotel: DemoHotel): Promise<void> {
  if (!hotel.knowledge) return
  const sections = await ctx.db.read((tx) => tx.knowledgeSection.count({ where: { tenantId: ctx.tenantId } }))
  if (sections === 0) await addKnowledgeSections(ctx, knowledge[hotel.knowledge])
}

function tenantOf({ tenant }: DemoHotel): Tenant {
  return {
    id: tenant.id,
    name: tenant.name,
    timeZone: tenant.timeZone ?? 'Asia/Tokyo',
    planCode: tenant.planCode,
    planName: tenant.planCode,
    features: [],
  }
}

/** The hotel itself acts, as the demonstration's loader. */
function demoContext(db: Database, hotel: DemoHotel, now: Date): Context {
  return {
    tenantId: hotel.tenant.id,
    tenant: tenantOf(hotel),
    actor: { kind: 'system', task: 'demo' },
    db: db.forTenant(hotel.tenant.id),
    now,
    requestId: 'demo',
    locale: 'ja',
    signal: new AbortController().signal,
  }
}
