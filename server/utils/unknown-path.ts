import { handlers } from '#nitro-internal-virtual/server-handlers'
import type { H3Event } from 'h3'
import { AppError, notFound } from './errors'

/** Refuses what no route answers: by its method where the path is known. */
export function refuseUnknown(event: H3Event): never {
  const methods = methodsOf(event.path.split('?')[0] ?? '')
  if (methods.length === 0) throw notFound()
  const allowed = methods.join(', ')
  setResponseHeader(event, 'Allow', allowed)
  throw new AppError('METHOD_NOT_ALLOWED', { allowed })
}

function methodsOf(path: string): string[] {
  const methods = handlers
    .filter(({ route, method }) => route.startsWith('/api/') && method && matches(route, path))
    .map(({ method }) => String(method).toUpperCase())
  return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))].sort()
}

/** '/api/v1/reservations/:id' has as many parts as '/api/v1/reservations/x', and the same ones but for the name. */
function matches(route: string, path: string): boolean {
  const [asked, known] = [path.split('/'), route.split('/')]
  return asked.length === known.length && known.every((part, index) => part.startsWith(':') || part === asked[index])
}
