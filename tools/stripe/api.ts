/** One request to /v1: who asks, what for, whether it was asked before; then the work, in one line of the journal. */
import { createHash } from 'node:crypto'
import Stripe from 'stripe'
import type { Place } from './call'
import { StripeFailure, unauthorized, type ErrorBody } from './errors'
import { expand } from './expand'
import { faultAnswer, wait, type Fault, type Faults } from './faults'
import { parseForm, type Form } from './form'
import { newId } from './ids'
import { forBrowser, routes, type Route } from './routes'
import { Work, type Store } from './store'
import type { Validator, Violation } from './validate'
import type { Webhooks } from './webhooks'

export interface Request {
  method: string
  url: URL
  header: (name: string) => string | undefined
  body: string
}

/** Nothing: the connection is cut. */
export type Answer = { status: number; headers: Record<string, string>; body: unknown } | undefined

export interface LoggedRequest {
  at: number
  method: string
  path: string
  status: number | 'cut'
  idempotencyKey: string | null
  replayed: boolean
}

export interface Keys {
  secret: string
  publishable: string
}

const logged = 500

export class Api {
  readonly log: LoggedRequest[] = []
  readonly violations: Violation[] = []
  private readonly running = new Set<string>()

  constructor(
    private readonly keys: Keys,
    private readonly place: Place,
    private readonly store: Store,
    private readonly validator: Validator,
    private readonly webhooks: Webhooks,
    private readonly faults: Faults,
  ) {}

  async answer(request: Request): Promise<Answer> {
    const path = request.url.pathname
    const fault = this.faults.take(request.method, path)
    const answer = await this.process(request, fault)
    const { 'idempotent-replayed': replayed } = answer?.headers ?? {}
    this.log.push({
      at: Date.now(),
      method: request.method,
      path,
      status: answer?.status ?? 'cut',
      idempotencyKey: keyOf(request),
      replayed: Boolean(replayed),
    })
    if (this.log.length > logged) this.log.shift()
    return answer
  }

  private async process(request: Request, fault: Fault | undefined): Promise<Answer> {
    if (fault?.kind === 'cut-before') return undefined
    if (fault?.kind === 'status') return faultAnswer(fault)
    const requestId = newId('req')
    const version = request.header('stripe-version') ?? Stripe.API_VERSION
    const key = keyOf(request)
    const headers = {
      'request-id': requestId,
      'stripe-version': version,
      ...(key && { 'idempotency-key': key }),
    }
    let answer: NonNullable<Answer>
    try {
      const done = await this.once(request, { requestId, version, key }, fault)
      answer = { ...done, headers: { ...headers, ...done.headers } }
    } catch (error) {
      if (!(error instanceof StripeFailure)) throw error
      answer = { ...failureAnswer(error, requestId), headers: { ...headers, ...retryHeader(error) } }
    }
    if (fault?.kind === 'cut-after') return undefined
    if (fault?.kind === 'status-after') return faultAnswer(fault)
    return answer
  }

  /** https://docs.stripe.com/api/idempotent_requests: a key's first result is the result. */
  private async once(request: Request, id: Identity, fault: Fault | undefined): Promise<NonNullable<Answer>> {
    const by = this.whoAsks(request)
    const found = findRoute(request, by)
    const params = this.readParams(found.route, formOf(request))
    const call: Asked = { ...found, params, by, id }
    if (!id.key || request.method !== 'POST') {
      await wait(fault, 'delay')
      const done = this.perform(call)
      await wait(fault, 'delay-after')
      return done
    }
    const fingerprint = fingerprintOf(request)
    const before = this.store.finished.get(id.key)
    if (before) {
      if (before.fingerprint !== fingerprint) throw differentRequest(id.key)
      return { status: before.status, headers: { 'idempotent-replayed': 'true' }, body: before.body }
    }
    if (this.running.has(id.key)) throw inUse(id.key)
    this.running.add(id.key)
    try {
      await wait(fault, 'delay')
      const done = this.perform(call, { key: id.key, fingerprint })
      await wait(fault, 'delay-after')
      return done
    } finally {
      this.running.delete(id.key)
    }
  }

  private perform(
    { route, name, params, by, id }: Asked,
    keep?: { key: string; fingerprint: string },
  ): NonNullable<Answer> {
    const work = new Work(this.store, { apiVersion: id.version, requestId: id.requestId, idempotencyKey: id.key })
    let status = 200
    let body: unknown
    try {
      const plain = route.handle({ id: name, params: params as never, work, by }, this.place)
      this.check(plain, `${route.method} ${route.pattern.source}`)
      const whole = expand(plain, params.expand ?? [], work)
      this.check(whole, `${route.method} ${route.pattern.source} expanded`)
      body = by === 'publishable' ? forBrowser(whole) : whole
    } catch (error) {
      if (!(error instanceof StripeFailure)) throw error
      ;({ status, body } = this.failure(error, id.requestId, by))
    }
    for (const event of work.events()) this.check(event, event.type)
    const rows = work.changes()
    const deliveries = this.webhooks.plan(work.events())
    const finished = keep && { ...keep, status, body, at: Date.now() }
    if (rows.length > 0 || finished) this.store.commit({ rows, deliveries, ...(finished && { finished }) })
    this.webhooks.pump()
    return { status, headers: {}, body }
  }

  private failure(error: StripeFailure, requestId: string, by: Asked['by']): { status: number; body: unknown } {
    const { payment_intent: intent, setup_intent: setup } = error.body
    for (const each of [intent, setup, error.body.payment_method]) if (each) this.check(each, `error ${error.status}`)
    const shown =
      by === 'publishable'
        ? Object.fromEntries(Object.entries(error.body).map(([name, value]) => [name, forBrowser(value)]))
        : error.body
    return failureAnswer({ status: error.status, body: shown as ErrorBody }, requestId)
  }

  /** What Stripe's types would not hold is a fault of ours, and the tests hear of it. */
  private check(value: unknown, at: string): void {
    const errors = this.validator.answer(value)
    if (errors.length === 0) return
    this.violations.push({ at, what: JSON.stringify(value), errors })
    throw new StripeFailure(500, { type: 'api_error', message: `The stand-in's own answer is wrong: ${errors[0]}` })
  }

  private readParams(route: Route, form: Form): Asked['params'] {
    // Stripe.js proves with it that it may touch the intent; the server's types do not know it there.
    const { client_secret: secret, ...rest } = form
    const proof = route.params.endsWith('ConfirmParams') && typeof secret === 'string'
    const params = this.validator.params<Asked['params']>(route.params, proof ? rest : form)
    return proof ? { ...params, client_secret: secret } : params
  }

  private whoAsks(request: Request): Asked['by'] {
    const [scheme, value = ''] = (request.header('authorization') ?? '').split(' ')
    const key = scheme === 'Basic' ? Buffer.from(value, 'base64').toString().split(':')[0] : value
    if (key === this.keys.secret) return 'secret'
    if (key === this.keys.publishable) return 'publishable'
    throw unauthorized(key || undefined)
  }
}

interface Identity {
  requestId: string
  version: string
  key: string | null
}

interface Asked {
  route: Route
  name: string
  params: { expand?: string[]; client_secret?: string }
  by: 'secret' | 'publishable'
  id: Identity
}

function findRoute({ method, url }: Request, by: Asked['by']): { route: Route; name: string } {
  for (const route of routes) {
    const match = route.method === method ? route.pattern.exec(url.pathname) : null
    if (!match) continue
    if (by === 'publishable' && !route.browser) {
      throw new StripeFailure(401, {
        type: 'invalid_request_error',
        message: 'This API call cannot be made with a publishable API key. Please use a secret API key.',
      })
    }
    return { route, name: decodeURIComponent(match.groups?.id ?? '') }
  }
  throw new StripeFailure(404, {
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${method}: ${url.pathname}). The stand-in knows the part of Stripe that the product uses.`,
  })
}

const formOf = ({ method, url, body }: Request): Form => parseForm(method === 'POST' ? body : url.search.slice(1))

const keyOf = ({ header }: Request) => header('idempotency-key') ?? null

/** The order of the fields says nothing. */
const fingerprintOf = ({ url, body }: Request) =>
  createHash('sha256')
    .update(
      [url.pathname, ...[...new URLSearchParams(body)].map(([name, value]) => `${name}=${value}`).sort()].join('&'),
    )
    .digest('hex')

const failureAnswer = ({ status, body }: { status: number; body: ErrorBody }, requestId: string) => ({
  status,
  body: { error: { ...body, request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}` } },
})

const differentRequest = (key: string) =>
  new StripeFailure(400, {
    type: 'idempotency_error',
    message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
  })

const inUse = (key: string) =>
  new StripeFailure(409, {
    type: 'idempotency_error',
    code: 'idempotency_key_in_use',
    message: `There is currently another in-progress request using this idempotent key (${key}). Please try again later.`,
  })

const retryHeader = ({ status }: StripeFailure): Record<string, string> =>
  status === 409 ? { 'stripe-should-retry': 'true' } : {}
