import type Stripe from 'stripe'
import { invalid } from './errors'

interface Page {
  limit?: number
  starting_after?: string
  ending_before?: string
  created?: number | Stripe.RangeQueryParam
}

interface Listed {
  id: string
}

/** A page as Stripe gives it: newest first, ten at a time, one hundred at most. */
export function listPage<T extends Listed>(url: string, all: T[], page: Page): Stripe.ApiList<T> {
  const limit = page.limit ?? 10
  if (limit < 1 || limit > 100) {
    throw invalid('This value must be greater than or equal to 1 and at most 100.', { param: 'limit' })
  }
  const matching = all.filter((item) => within(page.created, item))
  const cursor = page.starting_after ?? page.ending_before
  const at = cursor === undefined ? -1 : matching.findIndex((item) => item.id === cursor)
  if (cursor !== undefined && at < 0) throw invalid(`No such object: '${cursor}'`, { code: 'resource_missing' })
  if (page.ending_before !== undefined) {
    const before = matching.slice(0, at)
    return { object: 'list', data: before.slice(-limit), has_more: before.length > limit, url }
  }
  const after = matching.slice(at + 1)
  return { object: 'list', data: after.slice(0, limit), has_more: after.length > limit, url }
}

function within(range: Page['created'], item: Listed): boolean {
  if (range === undefined || !('created' in item)) return true
  const created = Number(item.created)
  if (typeof range === 'number') return created === range
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range
  return created > gt && created >= gte && created < lt && created <= lte
}
