import type { Work } from './store'

/** One request to Stripe, its parameters read by Stripe's types. */
export interface Call<Params> {
  /** Of the object that the address names. */
  id: string
  params: Params
  work: Work
  /** Stripe.js comes with the publishable key and may do less. */
  by: 'secret' | 'publishable'
}

/** Where the stand-in is reached, for the addresses it hands out. */
export interface Place {
  url: string
}
