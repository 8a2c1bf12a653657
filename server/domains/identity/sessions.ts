import { createHash, randomBytes } from 'node:crypto'
import type { Role } from '#shared/schemas/identity'
import type { Tenant } from '../../utils/context'
import type { Database } from '../../utils/db'

/** A session ends after a day without use, and after seven days however much it was used. */
const idleLimitMs = 24 * 3_600_000
const absoluteLimitMs = 7 * 24 * 3_600_000
/** Its last use is written down at most this often. */
const touchEveryMs = 60_000

/** The platform's own tenant: home of what belongs to no hotel. */
export const platformTenantId = '00000000-0000-7000-8000-000000000001'

export interface SignedIn {
  user: { id: string; name: string; email: string }
  role: Role
  tenant: Tenant
}

/** The cookie carries a random id, the table its hash: who reads the table cannot sign in with it. */
const hashOf = (sessionId: string) => createHash('sha256').update(sessionId).digest('base64url')

export async function createSession(
  db: Database,
  input: {
    userId: string
    contextTenantId: string | null
    address: string | null
    userAgent: string | null
    now: Date
  },
): Promise<string> {
  const sessionId = randomBytes(32).toString('base64url')
  await db.global.session.create({
    data: {
      idHash: hashOf(sessionId),
      userId: input.userId,
      contextTenantId: input.contextTenantId,
      createdAt: input.now,
      lastSeenAt: input.now,
      expiresAt: new Date(input.now.getTime() + absoluteLimitMs),
      address: input.address,
      userAgent: input.userAgent?.slice(0, 300),
    },
  })
  return sessionId
}

interface SessionRow {
  user_id: string
  user_name: string
  email: string
  platform_role: 'SUPER_ADMIN' | null
  role: Role | null
  last_seen_at: Date
  expires_at: Date
  tenant_id: string
  tenant_name: string
  time_zone: string
  plan_code: string
  plan_name: string
  features: string[]
}

/** Every request asks this: one prepared statement with all that its context needs. */
const findStatement = {
  name: 'session_find',
  text: `SELECT s.user_id, u.name AS user_name, u.email, u.platform_role, m.role, s.last_seen_at, s.expires_at,
                t.id AS tenant_id, t.name AS tenant_name, t.time_zone, t.plan_code, p.name AS plan_name, p.features
           FROM sessions s
           JOIN users u ON u.id = s.user_id
           JOIN tenants t ON t.id = coalesce(s.context_tenant_id, $2::uuid)
           JOIN plans p ON p.code = t.plan_code
           LEFT JOIN organizations o ON o.hotel_tenant_id = t.id
           LEFT JOIN memberships m ON m.organization_id = o.id AND m.user_id = u.id
          WHERE s.id_hash = $1`,
}

/**
 * What the database said of a session is good for a moment: a page asks several things at once, and a session that
 * ends elsewhere (another replica, a role taken away) ends here within it. Signing out here ends it here at once.
 */
const rememberedMs = 1000
const rememberedAtMost = 10_000
const remembered = new Map<string, { until: number; signedIn: SignedIn }>()
/** A question that was under way when a session was revoked may have the answer from before. */
let revocations = 0

/** The person, role and hotel behind a cookie, or null: unknown, revoked, over, or without a role there any more. */
export async function findSession(db: Database, sessionId: string, now: Date): Promise<SignedIn | null> {
  const idHash = hashOf(sessionId)
  const known = remembered.get(idHash)
  if (known && now.getTime() < known.until) return known.signedIn
  const asked = revocations
  const found = await readSession(db, idHash, now)
  if (found && now.getTime() - found.lastSeenAt.getTime() > touchEveryMs) {
    await db.pool.query('UPDATE sessions SET last_seen_at = $2 WHERE id_hash = $1 AND last_seen_at < $2', [idHash, now])
  }
  const signedIn = found && found.signedIn
  if (remembered.size >= rememberedAtMost) remembered.clear()
  if (signedIn && asked === revocations) remembered.set(idHash, { until: now.getTime() + rememberedMs, signedIn })
  else remembered.delete(idHash)
  return signedIn
}

/** Whether a session still gives a role in the hotel; to ask is no use of it that would prolong it. */
export async function isSessionOf(db: Database, sessionId: string, tenantId: string, now: Date): Promise<boolean> {
  const found = await readSession(db, hashOf(sessionId), now)
  return found?.signedIn.tenant.id === tenantId
}

interface FoundSession {
  signedIn: SignedIn
  lastSeenAt: Date
}

async function readSession(db: Database, idHash: string, now: Date): Promise<FoundSession | null> {
  const { rows } = await db.pool.query<SessionRow>({ ...findStatement, values: [idHash, platformTenantId] })
  const row = rows[0]
  if (!row || row.expires_at <= now || now.getTime() - row.last_seen_at.getTime() > idleLimitMs) return null
  const role = row.tenant_id === platformTenantId ? row.platform_role : row.role
  if (!role) return null
  const signedIn = {
    user: { id: row.user_id, name: row.user_name, email: row.email },
    role,
    tenant: {
      id: row.tenant_id,
      name: row.tenant_name,
      timeZone: row.time_zone,
      planCode: row.plan_code,
      planName: row.plan_name,
      features: row.features,
    },
  }
  return { signedIn, lastSeenAt: row.last_seen_at }
}

export async function revokeSession(db: Database, sessionId: string): Promise<void> {
  const idHash = hashOf(sessionId)
  await db.global.session.deleteMany({ where: { idHash } })
  revocations++
  remembered.delete(idHash)
}

/** Sessions that are over need not be kept. Run by the task identity:prune. */
export async function pruneSessions(db: Database, now: Date): Promise<number> {
  const { rowCount } = await db.jobs.query('DELETE FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2', [
    now,
    new Date(now.getTime() - idleLimitMs),
  ])
  return rowCount ?? 0
}
