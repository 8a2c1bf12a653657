import { createHmac } from 'node:crypto'
import type Stripe from 'stripe'
import { newId } from './ids'
import type { Delivery, Store } from './store'

export interface WebhookSettings {
  /** Where events go; nowhere when empty. */
  url: string
  /** Waits this long before each. */
  delayMs: number
  /** How often each is sent besides the first time. */
  duplicates: number
  /** In any order: each waits up to a third of a second more. */
  shuffle: boolean
  paused: boolean
  /** The first wait after a failure; it doubles up to a minute. */
  retryMs: number
}

const attemptsAtMost = 30
const longestWait = 60_000
const shuffledWithin = 300
const answerWithin = 20_000
const atOnce = 8

/**
 * Tells the product what happened, as Stripe does: signed, again until it says 2xx, in no promised order. What is
 * still to be sent stands in the journal and goes on after a restart.
 */
export class Webhooks {
  settings: WebhookSettings
  private timer: NodeJS.Timeout | undefined
  private readonly sending = new Set<string>()
  private readonly ending = new AbortController()

  constructor(
    private readonly store: Store,
    private readonly secret: string,
    url: string,
  ) {
    this.settings = { url, delayMs: 0, duplicates: 0, shuffle: false, paused: false, retryMs: 500 }
    this.pump()
  }

  configure(changes: Partial<WebhookSettings>): void {
    this.settings = { ...this.settings, ...changes }
    this.pump()
  }

  /** To be kept with the change that the events tell of. */
  plan(events: readonly Stripe.Event[]): Delivery[] {
    const { url, delayMs, duplicates, shuffle } = this.settings
    if (!url) return []
    return events.flatMap((event) =>
      Array.from({ length: duplicates + 1 }, (): Delivery => {
        const nextAt = Date.now() + delayMs + (shuffle ? Math.random() * shuffledWithin : 0)
        return { id: newId('whd'), event: event.id, attempts: 0, nextAt, state: 'pending' }
      }),
    )
  }

  /** Sends what is due, and comes back when the next one is. */
  pump(): void {
    clearTimeout(this.timer)
    if (this.settings.paused || !this.settings.url || this.ending.signal.aborted) return
    const waiting = [...this.store.pending.values()]
      .filter(({ id }) => !this.sending.has(id))
      .sort((a, b) => (a.nextAt ?? 0) - (b.nextAt ?? 0))
    const due = waiting.filter(({ nextAt }) => (nextAt ?? 0) <= Date.now())
    for (const delivery of due.slice(0, Math.max(0, atOnce - this.sending.size))) void this.send(delivery)
    const next = waiting[due.length]?.nextAt
    // What is due and found no place is sent when a place is free.
    if (next) this.timer = setTimeout(() => this.pump(), Math.max(1, next - Date.now()))
  }

  /** At once and in this order, whatever the settings say. @returns what the product answered */
  async deliver(ids: readonly string[], { concurrently = false } = {}): Promise<(number | string)[]> {
    for (const { id, event } of this.store.deliveries.values()) {
      if (ids.includes(event)) this.note({ ...this.delivery(id), nextAt: null, state: 'delivered' })
    }
    if (concurrently) return Promise.all(ids.map((id) => this.post(id)))
    const answers: (number | string)[] = []
    for (const id of ids) answers.push(await this.post(id))
    return answers
  }

  sign(payload: string, at = Math.floor(Date.now() / 1000)): string {
    const signature = createHmac('sha256', this.secret).update(`${at}.${payload}`).digest('hex')
    return `t=${at},v1=${signature}`
  }

  close(): void {
    clearTimeout(this.timer)
    this.ending.abort()
  }

  private async send({ id, event, attempts }: Delivery): Promise<void> {
    this.sending.add(id)
    const answer = await this.post(event)
    this.sending.delete(id)
    if (this.ending.signal.aborted) return
    const tried = { ...this.delivery(id), attempts: attempts + 1, lastStatus: answer }
    const delivered = typeof answer === 'number' && answer >= 200 && answer < 300
    const over = delivered || tried.attempts >= attemptsAtMost
    const wait = Math.min(longestWait, this.settings.retryMs * 2 ** attempts)
    if (over) this.note({ ...tried, nextAt: null, state: delivered ? 'delivered' : 'failed' })
    else this.note({ ...tried, nextAt: Date.now() + wait })
    this.pump()
  }

  private async post(event: string): Promise<number | string> {
    const payload = JSON.stringify(this.store.rows.get(event)?.object, undefined, 2)
    try {
      const answer = await fetch(this.settings.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          'stripe-signature': this.sign(payload),
        },
        body: payload,
        signal: AbortSignal.any([this.ending.signal, AbortSignal.timeout(answerWithin)]),
      })
      await answer.body?.cancel()
      return answer.status
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  private delivery(id: string): Delivery {
    const found = this.store.deliveries.get(id)
    if (!found) throw new Error(`no delivery ${id}`)
    return found
  }

  private note(delivery: Delivery): void {
    this.store.commit({ deliveries: [delivery] })
  }
}
