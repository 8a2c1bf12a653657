/**
 * A stand-in for Stripe, for the demonstration and the tests: it speaks the part of Stripe's HTTP interface that
 * the product uses, and the product does not know the difference. README.md says how it is steered.
 */
import { createHash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { Api } from './api'
import type { Control } from './control'
import { Faults } from './faults'
import { Pages } from './pages'
import { makeServer } from './server'
import { Store } from './store'
import { openValidator } from './validate'
import { Webhooks } from './webhooks'

const keepAliveTimeout = 65_000

export interface StandInOptions {
  /** 0 takes any free one. */
  port: number
  /** Its state lies in `stripe/` there. */
  dataDir: string
  secretKey: string
  /** Derived from the secret key when left out. */
  publishableKey?: string
  webhookSecret: string
  /** Where events go; can be set later. */
  webhookUrl?: string
}

export interface StandIn {
  url: string
  port: number
  publishableKey: string
  control: Control
  close: () => Promise<void>
}

export async function startStandIn(options: StandInOptions): Promise<StandIn> {
  const publishableKey = options.publishableKey ?? publishableKeyFor(options.secretKey)
  const store = new Store(options.dataDir)
  const webhooks = new Webhooks(store, options.webhookSecret, options.webhookUrl ?? '')
  const faults = new Faults()
  // The address is known only once the server listens.
  const place = { url: '' }
  const keys = { secret: options.secretKey, publishable: publishableKey }
  const api = new Api(keys, place, store, openValidator(), webhooks, faults)
  const control = { api, store, webhooks, faults }
  const server = makeServer(api, new Pages(control), control)
  // A connection closed just as the next request goes out on it would look like a fault nobody asked for.
  server.keepAliveTimeout = keepAliveTimeout
  await new Promise<void>((done, failed) => {
    server.once('error', failed)
    server.listen(options.port, '127.0.0.1', done)
  })
  const { port } = server.address() as AddressInfo
  place.url = `http://127.0.0.1:${port}`
  return {
    url: place.url,
    port,
    publishableKey,
    control,
    async close() {
      webhooks.close()
      server.closeAllConnections()
      await new Promise<void>((done) => server.close(() => done()))
      store.close()
    },
  }
}

export const publishableKeyFor = (secretKey: string): string =>
  `pk_test_${createHash('sha256').update(secretKey).digest('base64url').replace(/\W/g, '').slice(0, 32)}`
