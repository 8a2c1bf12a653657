import type { Prisma } from '../../generated/prisma/client'
import type { Context } from '../../utils/context'
import { userIdOf } from '../../utils/context'
import type { Transaction } from '../../utils/db'
import { newId } from '../../utils/ids'

export interface AuditEntry {
  tenantId: string
  userId: string | null
  source: 'api' | 'task' | 'job' | 'demo'
  /** <domain>.<what_happened> */
  eventType: string
  entityType: string
  entityId: string | null
  action: string
  before?: Prisma.InputJsonObject
  after?: Prisma.InputJsonObject
  address?: string | null
  userAgent?: string | null
  requestId: string
  now: Date
}

/** Writes the audit row of a change, in the change's own transaction. */
export async function recordAudit(tx: Transaction, { now, userAgent, ...entry }: AuditEntry): Promise<void> {
  await tx.systemEvent.create({ data: { id: newId(), ...entry, userAgent: userAgent?.slice(0, 300), createdAt: now } })
}

type Change = Pick<AuditEntry, 'eventType' | 'entityType' | 'entityId' | 'action' | 'before' | 'after'>

/** The same, with who acts taken from the context. */
export function recordChange(tx: Transaction, ctx: Context, change: Change): Promise<void> {
  const { actor } = ctx
  return recordAudit(tx, {
    ...change,
    tenantId: ctx.tenantId,
    userId: userIdOf(ctx),
    source: actor.kind === 'person' ? 'api' : 'task',
    address: actor.kind === 'person' ? actor.address : null,
    userAgent: actor.kind === 'person' ? actor.userAgent : null,
    requestId: ctx.requestId,
    now: ctx.now,
  })
}
