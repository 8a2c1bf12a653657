/** '<domain>.<what happened>', as GET /api/v1/events names it. */
export type LiveEventType = `${string}.${string}`

/** `reconnected`: the stream was away for a while, so anything may have happened. */
export interface LiveEvent {
  type: LiveEventType | 'reconnected'
  payload: Record<string, unknown>
}
export type LiveListener = (event: LiveEvent) => void

/** Everything that moves the hotel's balance. */
export const creditEvents: LiveEventType[] = [
  'credits.charged',
  'credits.granted',
  'credits.adjusted',
  'credits.expired',
  'credits.month_reset',
]

/** Everything that changes the auto-purchase's settings, or writes into its log. */
export const autoPurchaseEvents: LiveEventType[] = [
  'credits.auto_purchase_changed',
  'credits.auto_purchase_stopped',
  'credits.purchase_completed',
  'credits.purchase_requires_action',
  'credits.purchase_failed',
  'credits.purchase_canceled',
]

/** A stream that was closed for good is opened again after these pauses, the last one from then on. */
const pausesMs = [1000, 2000, 5000, 10_000, 30_000]

type Source = Pick<EventSource, 'addEventListener' | 'close' | 'onopen' | 'onerror' | 'readyState'>

/**
 * One stream for all parts of a page. The browser itself comes back after a lost connection; what it gives up
 * (an answer other than 200 while the server restarts) is opened again here. After every gap each listener
 * hears `reconnected`, and reads anew.
 */
export class LiveStream {
  private readonly listeners = new Map<LiveEventType, Set<LiveListener>>()
  private source: Source | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private failures = 0
  private hadGap = false

  /**
   * @param open makes a stream
   * @param mayReopen asked before a stream is opened again that the server closed; false once signed out
   */
  constructor(
    private readonly open: () => Source,
    private readonly mayReopen: () => Promise<boolean>,
  ) {}

  /** @returns how to stop listening */
  on(types: LiveEventType[], listener: LiveListener): () => void {
    for (const type of types) {
      if (!this.listeners.has(type)) {
        this.listeners.set(type, new Set())
        this.hear(type)
      }
      this.listeners.get(type)?.add(listener)
    }
    return () => types.forEach((type) => this.listeners.get(type)?.delete(listener))
  }

  connect(): void {
    if (this.source) return
    this.source = this.open()
    this.source.onopen = () => {
      this.failures = 0
      if (this.hadGap) this.tellAll()
      this.hadGap = false
    }
    this.source.onerror = () => {
      this.hadGap = true
      if (this.source?.readyState === EventSource.CLOSED) this.reopenLater()
    }
    for (const type of this.listeners.keys()) this.hear(type)
  }

  disconnect(): void {
    clearTimeout(this.timer)
    this.source?.close()
    this.source = undefined
    this.hadGap = true
  }

  private hear(type: LiveEventType): void {
    this.source?.addEventListener(type, (message: MessageEvent<string>) => {
      const payload = JSON.parse(message.data) as Record<string, unknown>
      this.listeners.get(type)?.forEach((listener) => listener({ type, payload }))
    })
  }

  private tellAll(): void {
    const everyone = new Set([...this.listeners.values()].flatMap((listeners) => [...listeners]))
    everyone.forEach((listener) => listener({ type: 'reconnected', payload: {} }))
  }

  private reopenLater(): void {
    this.disconnect()
    const pause = pausesMs[Math.min(this.failures, pausesMs.length - 1)]
    this.failures += 1
    this.timer = setTimeout(() => {
      this.mayReopen().then(
        (may) => may && this.connect(),
        () => this.reopenLater(),
      )
    }, pause)
  }
}
