import { invalid } from './errors'
import type { Kind, Work } from './store'

const kinds: Record<string, Kind> = {
  cus: 'customer',
  pm: 'payment_method',
  pi: 'payment_intent',
  seti: 'setup_intent',
  ch: 'charge',
}

/**
 * Puts objects in the place of their ids: `expand[]=latest_charge`, in lists `data.payment_method`.
 * https://docs.stripe.com/api/expanding_objects
 */
export function expand<T>(answer: T, paths: readonly string[], work: Work): T {
  return paths.reduce((value, path) => expandOne(value, path.split('.'), path, work) as T, answer)
}

function expandOne(value: unknown, [name, ...rest]: string[], whole: string, work: Work): unknown {
  if (name === undefined) return typeof value === 'string' ? resolve(value, whole, work) : value
  const here = typeof value === 'string' ? resolve(value, whole, work) : value
  if (here === null) return here
  if (Array.isArray(here)) return here.map((each) => expandOne(each, [name, ...rest], whole, work))
  if (typeof here !== 'object' || !Object.hasOwn(here as object, name)) throw notExpandable(whole)
  const inner = (here as Record<string, unknown>)[name]
  return { ...here, [name]: expandOne(inner, rest, whole, work) }
}

function resolve(id: string, whole: string, work: Work): unknown {
  const kind = kinds[id.split('_')[0] ?? '']
  const found = kind && work.find(kind, id)
  if (!found) throw notExpandable(whole)
  return found
}

const notExpandable = (path: string) =>
  invalid(`This property cannot be expanded (${path}).`, { param: 'expand', code: 'property_expansion_error' })
