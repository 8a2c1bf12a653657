import type { Stripe } from '@stripe/stripe-js'
import { loadStripe } from '@stripe/stripe-js/pure'

export interface StripeKeys {
  publishableKey: string
  stripeJsUrl: string
}

/** Stripe.js itself, which every part of the page may share: no person's data are in it. */
let script: Promise<void> | undefined

/**
 * Stripe.js from the address that the server names. The library would fetch it from Stripe's own only, but takes one
 * that is there.
 */
export function useStripe() {
  const { locale } = useI18n()

  async function load({ publishableKey, stripeJsUrl }: StripeKeys): Promise<Stripe> {
    script ??= addScript(stripeJsUrl)
    await script.catch((error: unknown) => {
      script = undefined
      throw error
    })
    const stripe = await loadStripe(publishableKey, { locale: locale.value })
    if (!stripe) throw new Error('Stripe.js is for browsers only')
    return stripe
  }
  return { load }
}

function addScript(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement('script'), { src: url, async: true })
    element.addEventListener('load', () => resolve())
    element.addEventListener('error', () => {
      element.remove()
      reject(new Error(`not loaded: ${url}`))
    })
    document.head.append(element)
  })
}
