import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Stripe from 'stripe'
import { startStripe } from '../../scripts/lib/stripe.mjs'
import type { LoggedRequest } from '../../tools/stripe/api'
import type { Fault } from '../../tools/stripe/faults'
import type { Delivery } from '../../tools/stripe/store'
import type { Violation } from '../../tools/stripe/validate'
import type { WebhookSettings } from '../../tools/stripe/webhooks'

export interface StripeEnv {
  STRIPE_SECRET_KEY: string
  STRIPE_PUBLISHABLE_KEY: string
  STRIPE_WEBHOOK_SECRET: string
  STRIPE_API_URL: string
  STRIPE_JS_URL: string
}

export interface StripeState {
  customers: Stripe.Customer[]
  payment_methods: Stripe.PaymentMethod[]
  payment_intents: Stripe.PaymentIntent[]
  setup_intents: Stripe.SetupIntent[]
  /** The newest first, as all of these. */
  charges: Stripe.Charge[]
  events: Stripe.Event[]
  deliveries: Delivery[]
  /** Armed and not yet used up. */
  faults: Fault[]
}

/** The stand-in, seen from a test: the official SDK, and what only a test may do to Stripe. */
export interface StripeControl {
  env: StripeEnv
  client: Stripe
  webhooks: (settings: Partial<WebhookSettings>) => Promise<void>
  fault: (fault: Fault) => Promise<void>
  clearFaults: () => Promise<void>
  /** Sends these events now, in this order or at once. @returns what the product answered to each */
  deliver: (events: string[], options?: { concurrently?: boolean }) => Promise<(number | string)[]>
  /** Answers the bank's question in place of the customer. */
  authenticate: (intent: string, accept: boolean) => Promise<unknown>
  state: () => Promise<StripeState>
  requests: () => Promise<LoggedRequest[]>
  violations: () => Promise<Violation[]>
}

export interface TestStripe extends StripeControl {
  /** Events go to this server from now on. */
  deliverTo: (serverUrl: string) => Promise<void>
  kill9: () => Promise<void>
  /** With the state it had. */
  restart: () => Promise<void>
  /** Fails the test when the stand-in ever said what Stripe's types do not allow. */
  stop: () => Promise<void>
}

/** One of the test's own, with no state; give `env` to startServer, then deliverTo the server's address. */
export async function startTestStripe(): Promise<TestStripe> {
  const dataDir = mkdtempSync(join(tmpdir(), 'hotel-member-stripe-'))
  const running = await startStripe({ dataDir })
  const control = controlStripe(running.env as unknown as StripeEnv)
  let webhookUrl = ''
  const deliverTo = (url: string) => control.webhooks({ url: (webhookUrl = `${url}/api/v1/webhooks/stripe`) })
  return {
    ...control,
    deliverTo,
    kill9: () => running.kill(),
    async restart() {
      await running.restart()
      if (webhookUrl) await control.webhooks({ url: webhookUrl })
    },
    async stop() {
      const violations = running.isRunning() ? await control.violations() : []
      await running.stop()
      rmSync(dataDir, { recursive: true, force: true })
      if (violations.length > 0) throw new Error(JSON.stringify(violations, undefined, 2))
    },
  }
}

/** The one that `npm test` runs beside its server; nothing when there is none. */
export function sharedStripe(): StripeControl | undefined {
  const { TEST_STRIPE } = process.env
  return TEST_STRIPE ? controlStripe(JSON.parse(TEST_STRIPE) as StripeEnv) : undefined
}

function controlStripe(env: StripeEnv): StripeControl {
  const order = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${env.STRIPE_API_URL}/_control/${path}`, { method, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
    return (await answer.json()) as T
  }
  return {
    env,
    client: stripeClient(env),
    webhooks: (settings) => order('POST', 'webhooks', settings),
    fault: (fault) => order('POST', 'faults', fault),
    clearFaults: () => order('DELETE', 'faults'),
    async deliver(events, options = {}) {
      const { answers } = await order<{ answers: (number | string)[] }>('POST', 'deliver', { events, ...options })
      return answers
    },
    authenticate: (intent, accept) => order('POST', 'authenticate', { intent, accept }),
    state: () => order('GET', 'state'),
    requests: async () => (await order<{ requests: LoggedRequest[] }>('GET', 'requests')).requests,
    violations: async () => (await order<{ violations: Violation[] }>('GET', 'violations')).violations,
  }
}

/** As the product makes it; it asks once, so that a test sees each answer. */
export function stripeClient({ STRIPE_SECRET_KEY, STRIPE_API_URL }: StripeEnv): Stripe {
  const { hostname, port } = new URL(STRIPE_API_URL)
  return new Stripe(STRIPE_SECRET_KEY, {
    host: hostname,
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  })
}
