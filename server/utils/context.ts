import type { HotelRole, Role } from '#shared/schemas/identity'
import type { Locale } from './texts'
import type { TenantDatabase } from './db'

/** Who acts. */
export type Actor =
  | {
      kind: 'person'
      userId: string
      name: string
      email: string
      role: Role
      address: string | null
      userAgent: string | null
    }
  | { kind: 'system'; task: string }

export interface Tenant {
  id: string
  name: string
  timeZone: string
  planCode: string
  planName: string
  features: string[]
}

/** What every domain function is given: no HTTP in it, so that tasks, jobs and tests call the same function. */
export interface Context {
  tenantId: string
  /** The hotel; for the platform's operators the platform itself. */
  tenant: Tenant
  actor: Actor
  db: TenantDatabase
  now: Date
  requestId: string
  locale: Locale
  /** Ends when the person goes away or the server is told to stop. */
  signal: AbortSignal
}

/** The acting person; a system actor has none. */
export function userIdOf(ctx: Pick<Context, 'actor'>): string | null {
  return ctx.actor.kind === 'person' ? ctx.actor.userId : null
}

export type { HotelRole }
