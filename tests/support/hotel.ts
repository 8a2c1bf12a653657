import { randomBytes, randomUUID, scryptSync } from 'node:crypto'
import { hotelRoles, type HotelRole, type Role } from '#shared/schemas/identity'
import { openAccount } from '../../server/domains/credits/open-account'
import { createHotel } from '../../server/domains/identity/create-hotel'
import { platformTenantId } from '../../server/domains/identity/sessions'
import type { Context, Tenant } from '../../server/utils/context'
import { newId } from '../../server/utils/ids'
import type { Database } from '../../server/utils/db'
import type { TestDatabase } from './database'

export interface TestHotel {
  tenant: Tenant
  accountId: string
  organizationId: string
  people: Record<HotelRole, { id: string; email: string; name: string }>
}

interface HotelOptions {
  plan?: 'ESSENTIAL' | 'PROFESSIONAL' | 'ENTERPRISE'
  timeZone?: string
  rooms?: number
  /** The clock at which the hotel signs up. */
  now?: Date
  /** A hotel whose account is not open yet. */
  withoutAccount?: boolean
}

/** Password of every person in the tests. */
export const password = 'tests-only-password'
/** A cheap hash: what scrypt costs in production is not what these tests are about. */
const passwordHash = scryptHash(password)

/** A new hotel with a person of every role and an open credit account. */
export async function makeHotel(db: Database, options: HotelOptions = {}): Promise<TestHotel> {
  const { plan = 'PROFESSIONAL', timeZone = 'Asia/Tokyo', rooms = 40, now = new Date() } = options
  const [id, organizationId, mark] = [newId(), newId(), randomUUID().slice(0, 13)]
  const person = (role: HotelRole) => ({
    id: newId(),
    name: `${role} ${mark}`,
    email: `${role.toLowerCase()}-${mark}@test.example`,
  })
  const people = { STAFF: person('STAFF'), MANAGER: person('MANAGER'), ADMIN: person('ADMIN'), OWNER: person('OWNER') }
  const name = `Hotel ${mark}`
  await createHotel(db, {
    tenant: { id, name, planCode: plan, rooms, timeZone },
    organization: { id: organizationId, parentId: null },
    people: hotelRoles.map((role) => ({ ...people[role], role, passwordHash })),
    sharing: 'hotelIndependence',
    now,
  })
  const tenant = await tenantOf(db, id)
  const accountId = options.withoutAccount ? '' : await openAccount({ db: db.forTenant(id), tenant, now })
  return { tenant, accountId, organizationId, people }
}

/** A platform operator to sign in as. */
export async function makeOperator(db: TestDatabase): Promise<{ id: string; email: string }> {
  const operator = { id: newId(), email: `operator-${randomUUID().slice(0, 13)}@test.example` }
  await db.owner.query(
    `INSERT INTO users (id, email, name, password_hash, platform_role, created_at) VALUES ($1, $2, 'Operator', $3, 'SUPER_ADMIN', now())`,
    [operator.id, operator.email, passwordHash],
  )
  return operator
}

/** What a request of this person would give the domain functions, at any instant. */
export function contextFor(
  db: TestDatabase,
  hotel: TestHotel,
  { role = 'MANAGER', now = new Date() }: { role?: HotelRole; now?: Date } = {},
): Context {
  const person = hotel.people[role]
  return {
    tenantId: hotel.tenant.id,
    tenant: hotel.tenant,
    actor: actor({ ...person, role }),
    db: db.forTenant(hotel.tenant.id),
    now,
    requestId: randomUUID(),
    locale: 'ja',
    signal: new AbortController().signal,
  }
}

/** The same for the platform's operator. */
export async function operatorContext(
  db: TestDatabase,
  operator: { id: string; email: string },
  now = new Date(),
): Promise<Context> {
  return {
    tenantId: platformTenantId,
    tenant: await tenantOf(db, platformTenantId),
    actor: actor({ ...operator, name: 'Operator', role: 'SUPER_ADMIN' }),
    db: db.forTenant(platformTenantId),
    now,
    requestId: randomUUID(),
    locale: 'ja',
    signal: new AbortController().signal,
  }
}

function actor({ id, ...person }: { id: string; email: string; name: string; role: Role }): Context['actor'] {
  return { kind: 'person', userId: id, ...person, address: '127.0.0.1', userAgent: 'tests' }
}

async function tenantOf(db: Database, id: string): Promise<Tenant> {
  const { planCode, plan, name, timeZone } = await db.global.tenant.findUniqueOrThrow({
    where: { id },
    include: { plan: true },
  })
  return { id, name, timeZone, planCode, planName: plan.name, features: plan.features }
}

/** In the format of the authentication library (PHC string format). */
function scryptHash(text: string): string {
  const salt = randomBytes(16)
  const cost = 1024
  const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')
  return `$scrypt$n=${cost},r=8,p=1$${base64(salt)}$${base64(scryptSync(text, salt, 64, { N: cost, r: 8, p: 1 }))}`
}
