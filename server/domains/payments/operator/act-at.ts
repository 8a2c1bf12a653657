import type { Context } from '../../../utils/context'
import type { Database, Transaction } from '../../../utils/db'
import { notFound } from '../../../utils/errors'

/** The operator's context in a hotel: who acts stays, where it is done changes. */
export function actAt(ctx: Context, db: Database, hotel: { id: string; name: string; timeZone: string }): Context {
  return { ...ctx, tenantId: hotel.id, tenant: { ...ctx.tenant, ...hotel }, db: db.forTenant(hotel.id) }
}

/** The same by the hotel's id. @throws NOT_FOUND for no hotel, the platform itself among them */
export async function actAtHotel(ctx: Context, db: Database, tenantId: string): Promise<Context> {
  const hotel = await db.global.tenant.findFirst({
    where: { id: tenantId, organizations: { some: {} } },
    select: { id: true, name: true, timeZone: true },
  })
  if (!hotel) throw notFound()
  return actAt(ctx, db, hotel)
}

/**
 * From here on the transaction sees this tenant's rows: what an operator does reaches over hotels and the platform,
 * and is committed together, bound to each in turn.
 */
export async function bindTo(tx: Transaction, tenantId: string): Promise<void> {
  await tx.$executeRaw`SELECT bind_tenant(${tenantId}::uuid)`
}
