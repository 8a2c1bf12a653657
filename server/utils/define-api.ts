import { randomUUID } from 'node:crypto'
import type { EventHandler, H3Event } from 'h3'
import type { z } from 'zod'
import type { Role } from '#shared/schemas/identity'
import { isAllowed, requiredRole, type Permission } from '#shared/utils/rights'
import { findSession, type SignedIn } from '../domains/identity/sessions'
import type { Context } from './context'
import { AppError, errorStatus, forbidden } from './errors'
import { idempotencyKey } from './idempotency'
import { refusedBy, requireReadable, type Issue } from './invalid-input'
import { logger } from './logger'
import { countRequest, type RateLimit } from './rate-limits'
import { useRuntime } from './runtime'
import { readSessionCookie } from './session-cookie'
import { isLocale, planName, text, type Locale } from './texts'

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

/** Bodies of JSON routes; files have their own limit. */
const maxBodyBytes = 256 * 1024

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

/** @throws INVALID_INPUT with what is wrong, field by field */
export function check<S extends Schema>(schema: S, value: unknown): z.output<S> {
  requireReadable(value)
  const result = schema.safeParse(value, { reportInput: true })
  if (result.success) return result.data
  throw refusedBy(result.error)
}

const jsonType = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i

async function readJson(event: H3Event): Promise<unknown> {
  if (!jsonType.test(getHeader(event, 'content-type') ?? ''))
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', { accepted: 'application/json' })
  try {
    return JSON.parse((await readRaw(event)).toString('utf8'))
  } catch (error) {
    throw error instanceof SyntaxError ? new AppError('INVALID_JSON') : error
  }
}

/** The body as it was sent. @throws FILE_TOO_LARGE */
export async function readRaw(event: H3Event): Promise<Buffer> {
  if (Number(getHeader(event, 'content-length') ?? 0) > maxBodyBytes)
    throw new AppError('FILE_TOO_LARGE', { maxBytes: maxBodyBytes })
  let received = 0
  const parts: Buffer[] = []
  for await (const part of event.node.req as AsyncIterable<Buffer>) {
    received += part.length
    if (received > maxBodyBytes) throw new AppError('FILE_TOO_LARGE', { maxBytes: maxBodyBytes })
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** The one error map: what the user is told, and what only the log says. */
function refuse(event: H3Event, error: unknown, visitor: Visitor) {
  const refusal = refusalOf(error, event, visitor)
  setResponseStatus(event, errorStatus[refusal.code])
  setResponseHeader(event, 'Content-Type', 'application/json')
  const { retryAfter } = refusal.details
  if (typeof retryAfter === 'number') setResponseHeader(event, 'Retry-After', retryAfter)
  return errorBody(refusal, visitor)
}

/** The refusal that the user is told; what is not one goes to the log. */
export function refusalOf(error: unknown, event: H3Event, { requestId }: Pick<Visitor, 'requestId'>): AppError {
  if (error instanceof AppError) return error
  // What the client broke off is nobody's fault.
  if (isAbort(error) && event.node.res.closed) return new AppError('REQUEST_ABORTED')
  logger.error({ err: error, requestId, path: event.path.split('?')[0] }, 'request failed')
  return new AppError('INTERNAL_ERROR')
}

/** Of a signal that was heard, or of a body whose sender has gone. */
function isAbort(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return error.name === 'AbortError' || ('code' in error && error.code === 'ECONNRESET')
}

export function errorBody(refusal: AppError, { locale, requestId }: Pick<Visitor, 'locale' | 'requestId'>) {
  const { retryAfter, issues, ...rest } = refusal.details
  const said = (issues as Issue[] | undefined)?.map((issue) => ({ path: issue.path, message: sentence(locale, issue) }))
  const details = said ? { ...rest, issues: said } : rest
  const words = wordsFor(locale, refusal.details)
  return {
    error: refusal.code,
    message: text(locale, `errors.${refusal.code}`, { ...words, first: said?.[0]?.message ?? '' }),
    details,
    requestId,
    ...(typeof retryAfter === 'number' ? { retryAfter } : {}),
  }
}

function sentence(locale: Locale, { path, problem, values = {} }: Issue): string {
  const field = path || text(locale, 'errors.wholeRequest')
  return text(locale, `errors.problems.${problem}`, { field, ...wordsFor(locale, values) })
}

/** Numbers, roles and plans as the locale writes them. */
function wordsFor(locale: Locale, details: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => {
      if (name === 'maxBytes') return [name, bytesFor(locale, Number(value))]
      if (typeof value === 'number') return [name, value.toLocaleString(locale, { maximumFractionDigits: 10 })]
      if ((name === 'plan' || name === 'presentPlan') && typeof value === 'string')
        return [name, planName(locale, value)]
      if (name === 'requiredRole') return [name, text(locale, `errors.roles.${String(value)}`)]
      return [name, value]
    }),
  )
}

/** 33554432 → '32 MB' */
function bytesFor(locale: Locale, bytes: number): string {
  const [unit, size] = bytes < 2 ** 20 ? (['kilobyte', 2 ** 10] as const) : (['megabyte', 2 ** 20] as const)
  return new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: 1 }).format(bytes / size)
}
