import { hotelRoles, type HotelRole } from '#shared/schemas/identity'
import type { Database, Transaction } from '../../utils/db'

/** Names of persons by id. */
export async function namesOf(tx: Transaction, userIds: string[]): Promise<Map<string, string>> {
  const users = await tx.user.findMany({
    where: { id: { in: [...new Set(userIds)] } },
    select: { id: true, name: true },
  })
  return new Map(users.map((user) => [user.id, user.name]))
}

/** The persons of a hotel with this role and up, to be written to. */
export function recipientsOf(
  tx: Transaction,
  tenantId: string,
  leastRole: HotelRole,
): Promise<{ name: string; email: string }[]> {
  const roles = hotelRoles.slice(hotelRoles.indexOf(leastRole))
  return tx.user.findMany({
    where: { memberships: { some: { role: { in: roles }, organization: { hotelTenantId: tenantId } } } },
    select: { name: true, email: true },
    orderBy: { id: 'asc' },
  })
}

/** The same of many hotels, in one query, for a task. */
export async function recipientsOfAll(
  db: Database,
  tenantIds: string[],
): Promise<(tenantId: string, leastRole: HotelRole) => { name: string; email: string }[]> {
  const { rows } = await db.jobs.query<{ tenantId: string; role: HotelRole; name: string; email: string }>(
    `SELECT o.hotel_tenant_id AS "tenantId", m.role, u.name, u.email
       FROM organizations o JOIN memberships m ON m.organization_id = o.id JOIN users u ON u.id = m.user_id
      WHERE o.hotel_tenant_id = ANY ($1::uuid[]) ORDER BY u.id`,
    [tenantIds],
  )
  const byTenant = new Map<string, typeof rows>()
  for (const row of rows) byTenant.set(row.tenantId, [...(byTenant.get(row.tenantId) ?? []), row])
  return (tenantId, leastRole) =>
    (byTenant.get(tenantId) ?? [])
      .filter(({ role }) => hotelRoles.indexOf(role) >= hotelRoles.indexOf(leastRole))
      .map(({ name, email }) => ({ name, email }))
}
