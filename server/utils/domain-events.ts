import { noticeLowBalance } from '../domains/credits/notices/low-balance'
import { queueOnEvent } from '../domains/payments/auto-purchase/queue-attempts'
import { syncSavedCard } from '../domains/payments/cards/sync-saved-card'
import { alertStopped } from '../domains/payments/notices/auto-purchase-alert'
import { mailAuthenticationLink, mailReceipt } from '../domains/payments/notices/purchase-mails'
import type { Database } from './db'
import type { DomainEvent, Subscriber } from './outbox-relay'
import { useRuntime } from './runtime'

type Reaction = (db: Database, event: DomainEvent) => Promise<void>

/** The one map of who listens to what. Reactions are idempotent: an event may come twice. */
const reactions: Record<string, Reaction[]> = {
  'credits.charged': [queueOnEvent, noticeLowBalance],
  'credits.auto_purchase_changed': [queueOnEvent],
  'credits.auto_purchase_stopped': [alertStopped],
  'credits.purchase_completed': [syncSavedCard, mailReceipt],
  'credits.purchase_requires_action': [mailAuthenticationLink],
}

export function subscribersOf(eventType: string): Subscriber[] {
  return (reactions[eventType] ?? []).map((react) => (event) => react(useRuntime().db, event))
}
