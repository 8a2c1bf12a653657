import type Stripe from 'stripe'
import { invalid } from './errors'

/** https://docs.stripe.com/metadata: 50 keys of 40 characters, values of 500. */
const limits = { keys: 50, key: 40, value: 500 }

/** What is set is added, an empty string takes a key away, an empty string for the whole takes all of them. */
export function mergeMetadata(
  before: Stripe.Metadata,
  given: Stripe.Emptyable<Stripe.MetadataParam> | undefined,
): Stripe.Metadata {
  if (given === undefined) return before
  if (given === '' || given === null) return {}
  const merged = {
    ...before,
    ...Object.fromEntries(Object.entries(given).map(([key, value]) => [key, `${value ?? ''}`])),
  }
  const kept = Object.entries(merged).filter(([, value]) => value !== '')
  if (kept.length > limits.keys) throw invalid('Metadata can have up to 50 keys.', { param: 'metadata' })
  for (const [key, value] of kept) {
    if (key.length > limits.key || value.length > limits.value) {
      throw invalid(`Metadata values can have up to 500 characters and keys up to 40: ${key}`, { param: 'metadata' })
    }
  }
  return Object.fromEntries(kept)
}
