import type { Role } from '../schemas/identity'

/** The least role a hotel's person needs; SUPER_ADMIN rights are the platform's alone. Source: spec, "Rights". */
const leastRole = {
  'dashboard.view': 'STAFF',
  'ai.run': 'STAFF',
  'reservations.view': 'STAFF',
  'reservations.import': 'MANAGER',
  'credits.export': 'MANAGER',
  'credits.buy': 'MANAGER',
  'billing.view': 'MANAGER',
  'billing.manage': 'ADMIN',
  'settings.manage': 'ADMIN',
  'platform.manage': 'SUPER_ADMIN',
} as const satisfies Record<string, Role>

export type Permission = keyof typeof leastRole
const order: Role[] = ['STAFF', 'MANAGER', 'ADMIN', 'OWNER']

export function requiredRole(permission: Permission): Role {
  return leastRole[permission]
}

/** The platform's rights and a hotel's do not mix: an operator enters a hotel only by its own way. */
export function isAllowed(role: Role, permission: Permission): boolean {
  const least = leastRole[permission]
  if (least === 'SUPER_ADMIN' || role === 'SUPER_ADMIN') return role === least
  return order.indexOf(role) >= order.indexOf(least)
}

export function permissionsOf(role: Role): Permission[] {
  return (Object.keys(leastRole) as Permission[]).filter((permission) => isAllowed(role, permission))
}
