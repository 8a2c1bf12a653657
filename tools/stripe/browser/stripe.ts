/**
 * The stand-in's Stripe.js: the part of https://docs.stripe.com/js that the product uses, with the same names,
 * arguments and results.
 */
import type {
  Appearance,
  ConfirmCardPaymentData,
  ConfirmCardSetupData,
  PaymentIntentResult,
  PaymentMethodResult,
  SetupIntentResult,
  StripeCardElementOptions,
  StripeElementStyle,
  StripeError,
} from '@stripe/stripe-js'
import { CardElement } from './card-element'
import { askTheBank } from './dialogue'
import { Frame } from './frame'
import type { Ask, Told } from './messages'
import { hasText, localeOf, text, type Locale } from './texts'

const script = document.currentScript
const origin = new URL(script instanceof HTMLScriptElement ? script.src : location.href).origin

type Fields = Record<string, string>
interface Intent {
  id: string
  object: 'payment_intent' | 'setup_intent'
  status: string
  client_secret: string
  last_payment_error?: StripeError | null
  last_setup_error?: StripeError | null
}
interface CardData {
  type: 'card'
  card: CardElement | { token: string }
  billing_details?: object
  metadata?: object
}

function Stripe(key: string, options: { locale?: string } = {}) {
  if (!/^pk_/.test(key)) throw new Error(`Please call Stripe() with your publishable key. You used: ${key}`)
  const defaultLocale = options.locale
  let controller: Frame | undefined

  const ask = async (request: Ask, by?: Frame): Promise<Told> => {
    if (!by && !controller) {
      controller = new Frame(origin, '/frame/controller', {})
      controller.element.hidden = true
      document.body.append(controller.element)
    }
    return ((by ?? controller) as Frame).ask(key, request)
  }
  const locale = (): Locale => localeOf(defaultLocale)

  /** In the customer's language where Stripe.js has words for it. */
  function errorOf({ status, body }: Told): StripeError {
    const { error } = body as { error: StripeError }
    if (status === 0) return { ...error, message: text(locale(), 'connection') }
    return { ...error, ...worded(error) }
  }

  function worded(error: StripeError): { message?: string } {
    if (error.code?.endsWith('_authentication_failure')) return { message: text(locale(), 'authentication_failed') }
    const known = [error.decline_code, error.code].find((code) => code && hasText(code))
    return known && hasText(known) ? { message: text(locale(), known) } : {}
  }

  async function createPaymentMethod(data: CardData): Promise<PaymentMethodResult> {
    if (!(data.card instanceof CardElement)) throw new Error('Pass the card element as `card`.')
    if (!data.card.frame)
      throw new Error('We could not retrieve data from the specified Element. Please make sure it is still mounted.')
    const fields = formFields({ type: 'card', billing_details: data.billing_details, metadata: data.metadata })
    const told = await ask({ method: 'POST', path: '/v1/payment_methods', fields, withCard: true }, data.card.frame)
    if (told.status !== 200) return { error: errorOf(told) }
    return { paymentMethod: told.body } as PaymentMethodResult
  }

  const pathOf = (secret: string) => {
    const id = secret.split('_secret_')[0] ?? ''
    return `/v1/${id.startsWith('seti_') ? 'setup_intents' : 'payment_intents'}/${id}`
  }

  const retrieve = (secret: string) => ask({ method: 'GET', path: pathOf(secret), fields: { client_secret: secret } })

  async function confirm(
    secret: string,
    given: object | undefined,
  ): Promise<{ intent: Intent } | { error: StripeError }> {
    const { payment_method: method } = (given ?? {}) as { payment_method?: string | Omit<CardData, 'type'> }
    if (!method) {
      // A bank that is still waiting is asked again, without a second attempt.
      const told = await retrieve(secret)
      if (told.status === 200 && (told.body as Intent).status === 'requires_action') return settle(told)
    }
    const fields: Fields = { client_secret: secret, use_stripe_sdk: 'true' }
    if (typeof method === 'string') fields.payment_method = method
    else if (method) {
      const made = await createPaymentMethod({ type: 'card', ...method })
      if (made.error) return { error: made.error }
      fields.payment_method = made.paymentMethod.id
    }
    return settle(await ask({ method: 'POST', path: `${pathOf(secret)}/confirm`, fields }))
  }

  async function settle(told: Told): Promise<{ intent: Intent } | { error: StripeError }> {
    if (told.status !== 200) return { error: errorOf(told) }
    const intent = told.body as Intent
    if (intent.status !== 'requires_action') return { intent }
    await askTheBank(origin, locale(), intent.id, intent.client_secret)
    const after = await retrieve(intent.client_secret)
    if (after.status !== 200) return { error: errorOf(after) }
    const now = after.body as Intent
    const failure = now.last_payment_error ?? now.last_setup_error
    if (now.status !== 'requires_payment_method' || !failure) return { intent: now }
    return { error: { ...failure, ...worded(failure), [now.object]: now } }
  }

  const asPayment = (result: Awaited<ReturnType<typeof confirm>>) =>
    ('error' in result ? result : { paymentIntent: result.intent }) as PaymentIntentResult
  const asSetup = (result: Awaited<ReturnType<typeof confirm>>) =>
    ('error' in result ? result : { setupIntent: result.intent }) as SetupIntentResult

  return {
    elements: (given: { locale?: string; appearance?: Appearance } = {}) => elements(given, defaultLocale),
    createPaymentMethod,
    confirmCardPayment: async (secret: string, data?: ConfirmCardPaymentData) => asPayment(await confirm(secret, data)),
    confirmCardSetup: async (secret: string, data?: ConfirmCardSetupData) => asSetup(await confirm(secret, data)),
    async handleNextAction({ clientSecret }: { clientSecret: string }) {
      const result = await settle(await retrieve(clientSecret))
      return clientSecret.startsWith('seti_') ? asSetup(result) : asPayment(result)
    },
    handleCardAction: async (secret: string) => asPayment(await settle(await retrieve(secret))),
    async retrievePaymentIntent(secret: string) {
      const told = await retrieve(secret)
      return asPayment(told.status === 200 ? { intent: told.body as Intent } : { error: errorOf(told) })
    },
    async retrieveSetupIntent(secret: string) {
      const told = await retrieve(secret)
      return asSetup(told.status === 200 ? { intent: told.body as Intent } : { error: errorOf(told) })
    },
    /** @stripe/stripe-js says here who loaded us. */
    _registerWrapper: () => {},
  }
}

function elements({ locale, appearance }: { locale?: string; appearance?: Appearance }, defaultLocale?: string) {
  let card: CardElement | undefined
  const ground = groundOf(appearance)
  return {
    create(type: string, options: StripeCardElementOptions = {}) {
      if (type !== 'card') throw new Error(`The stand-in has the card element only; ${type} needs Stripe itself.`)
      if (card) throw new Error('Can only create one Element of type card through elements.create().')
      card = new CardElement(origin, localeOf(locale ?? defaultLocale), ground, options)
      const { destroy } = card
      card.destroy = function (this: CardElement) {
        destroy.call(this)
        card = undefined
      }
      return card
    },
    getElement: (type: string) => (type === 'card' ? (card ?? null) : null),
  }
}

/** An appearance's colours, where the element's own style says nothing. */
function groundOf({ theme, variables = {} }: Appearance = {}): StripeElementStyle {
  const isDark = theme === 'night'
  return {
    base: {
      color: variables.colorText ?? (isDark ? '#f5f5f4' : '#1c1917'),
      fontSize: variables.fontSizeBase ?? '16px',
      fontFamily: variables.fontFamily ?? 'system-ui, sans-serif',
      '::placeholder': { color: variables.colorTextPlaceholder ?? (isDark ? '#a8a29e' : '#6b6560') },
    },
    invalid: { color: variables.colorDanger ?? (isDark ? '#fca5a5' : '#b91c1c') },
  }
}

function formFields(value: object, prefix = ''): Fields {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]): [string, string][] => {
      const field = prefix ? `${prefix}[${name}]` : name
      if (inner === undefined || inner === null) return []
      return typeof inner === 'object' ? Object.entries(formFields(inner, field)) : [[field, String(inner)]]
    }),
  )
}

/** The release that @stripe/stripe-js expects; it warns of another. */
Stripe.version = 'endive'

Object.assign(window, { Stripe })
