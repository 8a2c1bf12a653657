import type { H3Event } from 'h3'
import { AppError } from './errors'
import type { Issue } from './invalid-input'
import { logger } from './logger'
import { planName, text, type Locale } from './texts'

/** The one error map: what the user is told, and what only the log says. */

/** Who is told. */
interface Addressee {
  locale: Locale
  requestId: string
}

/** The refusal that the user is told; what is not one goes to the log. */
export function refusalOf(error: unknown, event: H3Event, { requestId }: Pick<Addressee, 'requestId'>): AppError {
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

/** A refusal as it is sent, in words of the user's language. */
export function errorBody(refusal: AppError, { locale, requestId }: Addressee) {
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
