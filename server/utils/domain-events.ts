import type { Subscriber } from './outbox-relay'

/** The one map of who listens to what. Subscribers are idempotent: an event may come twice. */
const subscribers: Record<string, Subscriber[]> = {}

export function subscribersOf(eventType: string): Subscriber[] {
  return subscribers[eventType] ?? []
}
