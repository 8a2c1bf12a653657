import type { DomainEvent } from './outbox-relay'

/** Open browsers of this process, by tenant. Filled by GET /api/v1/events, fed by the outbox relay. */
export class LiveHub {
  private readonly listeners = new Map<string, Set<(event: DomainEvent) => void>>()
  private readonly ends = new Map<string, Set<() => void>>()

  /** @returns how to stop listening */
  subscribe(tenantId: string, listener: (event: DomainEvent) => void): () => void {
    const ofTenant = this.listeners.get(tenantId) ?? new Set()
    this.listeners.set(tenantId, ofTenant.add(listener))
    return () => {
      ofTenant.delete(listener)
      if (ofTenant.size === 0) this.listeners.delete(tenantId)
    }
  }

  /** For what must end with the session that opened it. @returns how to take it back */
  endWith(sessionId: string, end: () => void): () => void {
    const ofSession = this.ends.get(sessionId) ?? new Set()
    this.ends.set(sessionId, ofSession.add(end))
    return () => {
      ofSession.delete(end)
      if (ofSession.size === 0) this.ends.delete(sessionId)
    }
  }

  /** The session was revoked. Other processes notice by themselves, a heartbeat later at most. */
  endSession(sessionId: string): void {
    for (const end of [...(this.ends.get(sessionId) ?? [])]) end()
  }

  publish(event: DomainEvent): void {
    this.listeners.get(event.tenantId)?.forEach((listener) => listener(event))
  }
}
