/**
 * How tests and the demonstration steer the stand-in, beside Stripe's own interface: README.md lists it.
 */
import type { Api } from './api'
import { authenticate } from './challenge'
import { faultKinds, type Fault, type Faults } from './faults'
import type { Store } from './store'
import type { Webhooks, WebhookSettings } from './webhooks'

export interface Control {
  api: Api
  store: Store
  webhooks: Webhooks
  faults: Faults
}

type Given = Record<string, unknown>

/** @returns nothing when there is no such order */
export async function control(parts: Control, method: string, path: string, given: Given): Promise<unknown> {
  switch (`${method} ${path}`) {
    case 'GET /_control/state':
      return state(parts)
    case 'GET /_control/violations':
      return { violations: parts.api.violations }
    case 'GET /_control/requests':
      return { requests: parts.api.log }
    case 'POST /_control/webhooks':
      parts.webhooks.configure(webhookSettings(given))
      return parts.webhooks.settings
    case 'POST /_control/deliver':
      return deliver(parts, given)
    case 'POST /_control/faults':
      parts.faults.arm(fault(given))
      return { faults: parts.faults.list() }
    case 'DELETE /_control/faults':
      parts.faults.clear()
      return { faults: [] }
    case 'POST /_control/authenticate':
      return authenticate(parts, String(given.intent), Boolean(given.accept))
    default:
      return undefined
  }
}

function state({ store, webhooks, faults }: Control) {
  return {
    customers: store.list('customer'),
    payment_methods: store.list('payment_method'),
    payment_intents: store.list('payment_intent'),
    setup_intents: store.list('setup_intent'),
    charges: store.list('charge'),
    events: store.list('event'),
    deliveries: [...store.deliveries.values()],
    webhooks: webhooks.settings,
    faults: faults.list(),
  }
}

async function deliver({ store, webhooks }: Control, { events, concurrently }: Given) {
  const ids = Array.isArray(events) ? events.map(String) : []
  for (const id of ids) if (store.rows.get(id)?.object.object !== 'event') throw new WrongOrder(`no event ${id}`)
  const answers = await webhooks.deliver(ids, { concurrently: Boolean(concurrently) })
  return { answers }
}

/** An order that makes no sense is refused, so that a test does not pass by steering nothing. */
export class WrongOrder extends Error {}

const webhookKinds: Record<keyof WebhookSettings, string> = {
  url: 'string',
  delayMs: 'number',
  duplicates: 'number',
  shuffle: 'boolean',
  paused: 'boolean',
  retryMs: 'number',
}

function webhookSettings(given: Given): Partial<WebhookSettings> {
  for (const [name, value] of Object.entries(given)) {
    const wanted = webhookKinds[name as keyof WebhookSettings]
    if (typeof value !== wanted) throw new WrongOrder(`webhooks: ${name} ${wanted ? `is a ${wanted}` : 'is unknown'}`)
  }
  return given
}

const faultNames = ['kind', 'path', 'method', 'times', 'status', 'delayMs', 'headers']

function fault(given: Given): Fault {
  const unknown = Object.keys(given).find((name) => !faultNames.includes(name))
  if (unknown) throw new WrongOrder(`faults: ${unknown} is unknown`)
  if (!faultKinds.some((kind) => kind === given.kind)) throw new WrongOrder(`faults: kind is ${faultKinds.join(', ')}`)
  return given as unknown as Fault
}
