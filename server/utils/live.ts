import type { DomainEvent } from './outbox-relay'

/** Open browsers of this process, by tenant. Filled by GET /api/v1/events, fed by the outbox relay. */
export class LiveHub {
  private readonly listeners = new Map<string, Set<(event: DomainEvent) => void>>()

  /** @returns how to stop listening */
  subscribe(tenantId: string, listener: (event: DomainEvent) => void): () => void {
    const ofTenant = this.listeners.get(tenantId) ?? new Set()
    this.listeners.set(tenantId, ofTenant.add(listener))
    return () => {
      ofTenant.delete(listener)
      if (ofTenant.size === 0) this.listeners.delete(tenantId)
    }
  }

  publish(event: DomainEvent): void {
    this.listeners.get(event.tenantId)?.forEach((listener) => listener(event))
  }
}
