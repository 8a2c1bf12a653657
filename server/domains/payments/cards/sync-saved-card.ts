import { z } from 'zod'
import type { Database } from '../../../utils/db'
import type { DomainEvent } from '../../../utils/outbox-relay'
import { eventContext } from '../../identity/job-context'
import { syncCards } from './sync-cards'

/** Of credits.purchase_completed (the database function purchase_apply). */
const completed = z.object({ saveCard: z.boolean() })

/** A card that was to be kept is with Stripe now. Its webhook says so too, but may come late, or not at all. */
export async function syncSavedCard(db: Database, event: DomainEvent): Promise<void> {
  if (completed.parse(event.payload).saveCard) await syncCards(await eventContext(db, event))
}
