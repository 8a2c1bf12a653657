import type { SessionResponse } from '#shared/schemas/identity'
import { permissionsOf } from '#shared/utils/rights'
import { platformTenantId, type SignedIn } from './sessions'

/** What the browser may know of its session. */
export function describeSession({ user, role, tenant }: SignedIn): SessionResponse {
  return {
    user,
    role,
    tenant: tenant.id === platformTenantId ? null : tenant,
    permissions: permissionsOf(role),
  }
}
