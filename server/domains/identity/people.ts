import { hotelRoles, type HotelRole } from '#shared/schemas/identity'
import type { Transaction } from '../../utils/db'

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
