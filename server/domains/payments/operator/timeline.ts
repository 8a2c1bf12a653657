import { z } from 'zod'
import type { TimelineEntry } from '#shared/schemas/operator'
import type { Transaction } from '../../../utils/db'

const after = z.object({
  amountYen: z.number().int().optional(),
  totalYen: z.number().int().optional(),
  reason: z.string().optional(),
  declineCode: z.string().nullish(),
})

/** What is written in one transaction has one instant: in this order it came about. What is not here follows. */
const order = [
  'credits.purchase_created',
  'payments.invoice_issued',
  'payments.invoice_partly_paid',
  'payments.invoice_paid',
  'payments.invoice_voided',
]
const rankOf = (eventType: string) => (order.includes(eventType) ? order.indexOf(eventType) : order.length)

/** What the hotel's audit knows of some of its things, the oldest first. */
export async function readTimeline(tx: Transaction, tenantId: string, entityIds: string[]): Promise<TimelineEntry[]> {
  const events = await tx.systemEvent.findMany({
    where: { tenantId, entityId: { in: entityIds } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: 200,
  })
  const userIds = [...new Set(events.flatMap(({ userId }) => userId ?? []))]
  const users = await tx.user.findMany({ where: { id: { in: userIds } }, select: { id: true, name: true } })
  events.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || rankOf(a.eventType) - rankOf(b.eventType))
  const names = new Map(users.map(({ id, name }) => [id, name]))
  return events.map((event) => {
    const facts = after.safeParse(event.after).data
    return {
      at: event.createdAt.toISOString(),
      eventType: event.eventType,
      source: event.source,
      person: event.userId ? { id: event.userId, name: names.get(event.userId) ?? '' } : null,
      amountYen: facts?.amountYen ?? facts?.totalYen ?? null,
      reason: facts?.reason ?? facts?.declineCode ?? null,
    }
  })
}
