import type { Prisma } from '../generated/prisma/client'
import type { Context } from './context'
import type { Transaction } from './db'
import { newId } from './ids'

/** Writes an event into the outbox, in the transaction of what it tells about. */
export async function emitEvent(
  tx: Transaction,
  ctx: Pick<Context, 'tenantId' | 'now'>,
  eventType: string,
  payload: Prisma.InputJsonObject,
): Promise<void> {
  await tx.outboxEvent.create({ data: { tenantId: ctx.tenantId, id: newId(), eventType, payload, createdAt: ctx.now } })
}
