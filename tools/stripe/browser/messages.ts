/** What the page and the stand-in's frames say to each other. Card numbers never cross: they stay in their frame. */
import type { StripeElementStyle } from '@stripe/stripe-js'

export interface CardLook {
  style: StripeElementStyle
  disabled: boolean
  hideIcon: boolean
}

/** A request to Stripe that a frame makes, because only it is of Stripe's origin. */
export interface Ask {
  method: 'GET' | 'POST'
  path: string
  /** Already named as a form names them: `billing_details[name]`. */
  fields: Record<string, string>
  /** Adds what was typed into this card's fields. */
  withCard?: boolean
}

export interface Told {
  status: number
  body: unknown
}

export type ToFrame =
  | { kind: 'ask'; id: number; key: string; ask: Ask }
  | { kind: 'look'; look: Partial<CardLook> }
  | { kind: 'focus' | 'blur' | 'clear' }

export interface CardState {
  empty: boolean
  complete: boolean
  brand: string
  error: { type: 'validation_error'; code: string; message: string } | undefined
}

export type FromFrame =
  | { kind: 'ready' }
  | { kind: 'told'; id: number; told: Told }
  | { kind: 'change'; state: CardState }
  | { kind: 'focus' | 'blur' | 'escape' }
  | { kind: 'height'; pixels: number }
  | { kind: 'authenticated' }
