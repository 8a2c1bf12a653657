import type { Role } from '#shared/schemas/identity'
import type { Actor, Context } from '../../utils/context'
import type { Database } from '../../utils/db'
import type { DomainEvent } from '../../utils/outbox-relay'
import { defaultLocale, type Locale } from '../../utils/texts'

export interface JobContextInput {
  tenantId: string
  /** Who asked for the work; null for the system itself. */
  userId: string | null
  task: string
  now: Date
  requestId: string
  locale: Locale
  signal: AbortSignal
}

interface Row {
  name: string
  time_zone: string
  plan_code: string
  plan_name: string
  features: string[]
  user_name: string | null
  email: string | null
  role: Role | null
}

/** The context of work done later for a hotel, in the name of whoever asked for it, if that person is still there. */
export async function jobContext(db: Database, input: JobContextInput): Promise<Context> {
  const { tenantId, userId, task, ...rest } = input
  const { rows } = await db.pool.query<Row>({
    name: 'job_context',
    text: `SELECT t.name, t.time_zone, t.plan_code, p.name AS plan_name, p.features, u.name AS user_name, u.email, m.role
             FROM tenants t
             JOIN plans p ON p.code = t.plan_code
             LEFT JOIN organizations o ON o.hotel_tenant_id = t.id
             LEFT JOIN memberships m ON m.organization_id = o.id AND m.user_id = $2::uuid
             LEFT JOIN users u ON u.id = m.user_id
            WHERE t.id = $1::uuid`,
    values: [tenantId, userId],
  })
  const row = rows[0]
  if (!row) throw new Error(`no tenant ${tenantId}`)
  const actor: Actor =
    userId && row.user_name !== null && row.email !== null && row.role
      ? {
          kind: 'person',
          userId,
          name: row.user_name,
          email: row.email,
          role: row.role,
          address: null,
          userAgent: null,
        }
      : { kind: 'system', task }
  return {
    ...rest,
    tenantId,
    tenant: {
      id: tenantId,
      name: row.name,
      timeZone: row.time_zone,
      planCode: row.plan_code,
      planName: row.plan_name,
      features: row.features,
    },
    actor,
    db: db.forTenant(tenantId),
  }
}

/** The context in which a subscriber reacts to an event: the hotel's, in nobody's name. */
export function eventContext(db: Database, event: DomainEvent): Promise<Context> {
  return jobContext(db, {
    tenantId: event.tenantId,
    userId: null,
    task: event.eventType,
    now: new Date(),
    requestId: event.id,
    locale: defaultLocale,
    signal: new AbortController().signal,
  })
}
