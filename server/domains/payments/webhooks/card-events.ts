import { z } from 'zod'
import { jobContext } from '../../identity/job-context'
import { syncCards } from '../cards/sync-cards'
import { closeEvent, type EventHandler } from './process-event'

const ofCustomer = z.object({ customer: z.string() })
/** A detached card names no customer any more, but Stripe says what it was. */
const beforehand = z.object({ customer: z.string() })

/** Something about a customer's cards has changed: they are read anew from Stripe, whatever the event says of them. */
export const syncCardsOfCustomer: EventHandler = async (db, event, processing) => {
  const customer =
    ofCustomer.safeParse(event.data.object).data?.customer ??
    beforehand.safeParse(event.data.previous_attributes).data?.customer
  const owner = customer && (await db.global.stripeCustomer.findUnique({ where: { stripeCustomerId: customer } }))
  if (!owner) return closeEvent(db, event, { status: 'IGNORED', error: null }, processing)
  const ctx = await jobContext(db, {
    ...processing,
    tenantId: owner.tenantId,
    userId: null,
    task: 'webhook',
    locale: 'ja',
  })
  await syncCards(ctx)
  await closeEvent(db, event, { status: 'PROCESSED', tenantId: owner.tenantId }, processing)
}
