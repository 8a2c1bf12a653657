import { randomUUID } from 'node:crypto'
import type { EventHandler, H3Event } from 'h3'
import type { z } from 'zod'
import type { Role } from '#shared/schemas/identity'
import { isAllowed, requiredRole, type Permission } from '#shared/utils/rights'
import { findSession, type SignedIn } from '../domains/identity/sessions'
import type { Context } from './context'
import { errorBody, refusalOf } from './error-map'
import { AppError, errorStatus, forbidden } from './errors'
import { idempotencyKey } from './idempotency'
import { logger } from './logger'
import { countRequest, type RateLimit } from './rate-limits'
import { check, readJson } from './request-body'
import { useRuntime } from './runtime'
import { readSessionCookie } from './session-cookie'
import { isLocale, type Locale } from './texts'

type Schema = z.ZodType
type Output<S> = S extends Schema ? z.output<S> : undefined

export interface ApiRequest<P, Q, B> {
  event: H3Event
  params: Output<P>
  query: Output<Q>
  body: Output<B>
  /** Set where the declaration says `idempotent`. */
  idempotencyKey: string
}

/** A route as a declaration: what defineApi checks, what the OpenAPI document says, and the one call it makes. */
export interface ApiDeclaration<
  P extends Schema | undefined,
  Q extends Schema | undefined,
  B extends Schema | undefined,
  R extends Schema,
> {
  summary: string
  tag: string
  /** 'public': no session needed, and none read. */
  permission: Permission | 'public'
  /** Counted besides the global limit. */
  rateLimit?: Exclude<RateLimit, 'global' | 'signIn'>
  params?: P
  query?: Q
  body?: B
  /** The fields of a file upload, for the document; the handler reads it itself (readUpload). */
  upload?: Schema
  /** The caller proves itself by a signature over the raw body: a machine, not held to a visitor's rate limit. */
  isSigned?: boolean
  /** The write moves credits or money: Idempotency-Key is required. */
  idempotent?: boolean
  /** Also answers with a stream or file of this type. */
  produces?: string
  response: R
  /** Of a success; 200. */
  status?: number
}

export type AnyDeclaration = ApiDeclaration<Schema | undefined, Schema | undefined, Schema | undefined, Schema>
type Answer<R extends Schema> = z.input<R> | ReadableStream | undefined

type Handler<P, Q, B, R extends Schema> = (request: ApiRequest<P, Q, B> & { ctx: Context }) => Promise<Answer<R>>
type PublicHandler<P, Q, B, R extends Schema> = (
  request: ApiRequest<P, Q, B> & { visitor: Visitor },
) => Promise<Answer<R>>

export interface Visitor {
  address: string | null
  userAgent: string | null
  now: Date
  requestId: string
  locale: Locale
}

export type ApiHandler = EventHandler & { declaration: AnyDeclaration }

/**
 * What every route goes through, in this order and nowhere else: request id → session → permission → rate limit →
 * parse → handler → error map → one log line.
 */
export function defineApi<
  R extends Schema,
  P extends Schema | undefined = undefined,
  Q extends Schema | undefined = undefined,
  B extends Schema | undefined = undefined,
>(declaration: ApiDeclaration<P, Q, B, R> & { permission: Permission; handler: Handler<P, Q, B, R> }): ApiHandler {
  return wrap(declaration, async (event, visitor) => {
    const signedIn = await authenticate(event, visitor)
    requirePermission(signedIn.role, declaration.permission)
    const ctx = contextOf(event, signedIn, visitor)
    await countRequest('global', `${ctx.tenantId} ${signedIn.user.id} ${visitor.address}`)
    if (declaration.rateLimit)
      await countRequest(declaration.rateLimit, `${ctx.tenantId} ${signedIn.user.id} ${visitor.address}`)
    return declaration.handler({ ctx, ...(await parse(event, declaration)) })
  })
}

/** A route that needs no session: sign-in, health, the OpenAPI document. */
export function definePublicApi<
  R extends Schema,
  P extends Schema | undefined = undefined,
  Q extends Schema | undefined = undefined,
  B extends Schema | undefined = undefined,
>(declaration: Omit<ApiDeclaration<P, Q, B, R>, 'permission'> & { handler: PublicHandler<P, Q, B, R> }): ApiHandler {
  const whole = { ...declaration, permission: 'public' as const }
  return wrap(whole, async (event, visitor) => {
    // Signing in has no session to abuse yet; but where the browser says whence it comes, that must be us.
    if (
      isWrite(event) &&
      (getHeader(event, 'origin') || getHeader(event, 'sec-fetch-site') || (await readSessionCookie(event)))
    )
      requireOwnOrigin(event)
    if (!whole.isSigned) await countRequest('global', `visitor ${visitor.address}`)
    return declaration.handler({ visitor, ...(await parse(event, whole)) })
  })
}

function wrap<R extends Schema>(
  declaration: ApiDeclaration<Schema | undefined, Schema | undefined, Schema | undefined, R>,
  answer: (event: H3Event, visitor: Visitor) => Promise<Answer<R>>,
): ApiHandler {
  const handler = defineEventHandler(async (event) => {
    const started = performance.now()
    const visitor = visitorOf(event)
    setResponseHeader(event, 'X-Request-Id', visitor.requestId)
    setResponseHeader(event, 'Cache-Control', 'no-store')
    try {
      const body = await answer(event, visitor)
      if (getResponseStatus(event) === 200) setResponseStatus(event, declaration.status ?? 200)
      return event.method === 'HEAD' ? await withoutBody(event, body) : body
    } catch (error) {
      return refuse(event, error, visitor)
    } finally {
      logger.info({
        requestId: visitor.requestId,
        tenantId: (event.context.signedIn as SignedIn | undefined)?.tenant.id,
        method: event.method,
        path: event.path.split('?')[0],
        status: getResponseStatus(event),
        ms: Math.round(performance.now() - started),
      })
    }
  }) as ApiHandler
  handler.declaration = declaration
  return handler
}

/** HEAD is answered as GET is, to the last header; a stream that nobody will read is not begun. */
async function withoutBody(event: H3Event, body: unknown): Promise<string> {
  if (body instanceof ReadableStream) await body.cancel()
  defaultContentType(event, 'application/json')
  return ''
}

function visitorOf(event: H3Event): Visitor {
  const given = getHeader(event, 'x-request-id')
  const chosen = getCookie(event, 'locale')
  return {
    requestId: given && /^[\w-]{8,64}$/.test(given) ? given : randomUUID(),
    address: (event.context.clientAddress as string | undefined) ?? null,
    userAgent: getHeader(event, 'user-agent') ?? null,
    now: new Date(),
    locale: isLocale(chosen) ? chosen : 'ja',
  }
}

/** The session behind the cookie; a write with it must come from our own pages. */
async function authenticate(event: H3Event, visitor: Visitor): Promise<SignedIn> {
  const sessionId = await readSessionCookie(event)
  const signedIn = sessionId ? await findSession(useRuntime().db, sessionId, visitor.now) : null
  if (!signedIn) throw new AppError('UNAUTHENTICATED')
  if (isWrite(event)) requireOwnOrigin(event)
  event.context.signedIn = signedIn
  return signedIn
}

const isWrite = (event: H3Event) => !['GET', 'HEAD', 'OPTIONS'].includes(event.method)

/** Cross-site request forgery: the browser itself says where a request comes from. */
function requireOwnOrigin(event: H3Event): void {
  const origin = getHeader(event, 'origin')
  const site = getHeader(event, 'sec-fetch-site')
  const own = origin
    ? URL.canParse(origin) && new URL(origin).host === getHeader(event, 'host')
    : site === 'same-origin'
  if (!own) throw new AppError('CROSS_SITE_REQUEST')
}

function requirePermission(role: Role, permission: Permission): void {
  if (!isAllowed(role, permission)) throw forbidden(requiredRole(permission))
}

function contextOf(event: H3Event, signedIn: SignedIn, visitor: Visitor): Context {
  const { db, stopping } = useRuntime()
  const gone = new AbortController()
  event.node.res.once('close', () => gone.abort())
  return {
    tenantId: signedIn.tenant.id,
    tenant: signedIn.tenant,
    actor: {
      kind: 'person',
      userId: signedIn.user.id,
      name: signedIn.user.name,
      email: signedIn.user.email,
      role: signedIn.role,
      address: visitor.address,
      userAgent: visitor.userAgent,
    },
    db: db.forTenant(signedIn.tenant.id),
    now: visitor.now,
    requestId: visitor.requestId,
    locale: visitor.locale,
    signal: AbortSignal.any([gone.signal, stopping.signal]),
  }
}

async function parse<P extends Schema | undefined, Q extends Schema | undefined, B extends Schema | undefined>(
  event: H3Event,
  declaration: { params?: P; query?: Q; body?: B; idempotent?: boolean },
): Promise<ApiRequest<P, Q, B>> {
  const key = getHeader(event, 'idempotency-key')
  if (declaration.idempotent && !idempotencyKey.safeParse(key).success) throw new AppError('IDEMPOTENCY_KEY_REQUIRED')
  // A path that names no possible id is a path to nothing.
  const params = declaration.params?.safeParse(getRouterParams(event))
  if (params && !params.success) throw new AppError('NOT_FOUND')
  return {
    event,
    idempotencyKey: key ?? '',
    params: params?.data as Output<P>,
    query: (declaration.query && check(declaration.query, getQuery(event))) as Output<Q>,
    body: (declaration.body && check(declaration.body, await readJson(event))) as Output<B>,
  }
}

/** Answers with the refusal that an error comes to (error-map). */
function refuse(event: H3Event, error: unknown, visitor: Visitor) {
  const refusal = refusalOf(error, event, visitor)
  setResponseStatus(event, errorStatus[refusal.code])
  setResponseHeader(event, 'Content-Type', 'application/json')
  const { retryAfter } = refusal.details
  if (typeof retryAfter === 'number') setResponseHeader(event, 'Retry-After', retryAfter)
  return errorBody(refusal, visitor)
}
