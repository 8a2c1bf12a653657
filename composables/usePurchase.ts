import type { Stripe } from '@stripe/stripe-js'
import type { Purchase, PurchaseBody, PurchaseResponse } from '#shared/schemas/payments'

interface Attempt {
  /** The same one for as long as no answer has come: whatever is sent again is the same purchase. */
  key: string
  body: PurchaseBody
}
interface Authentication {
  stripe: Stripe
  clientSecret: string
  /** A stored card was refused without its owner, so it is confirmed once more by its id. */
  paymentMethodId?: string | null
  purchaseId: string
  /** What finishes the purchase afterwards. */
  body: PurchaseBody
}

/** A purchase that waits, as GET /api/v1/billing/purchases/{id}/authentication tells of it. */
interface Waiting {
  clientSecret: string
  paymentIntentId: string
  paymentMethodId?: string | null
  purchase: Pick<Purchase, 'id' | 'packageId' | 'paymentMethod'>
}

/**
 * - `choosing` what to buy and how to pay;
 * - `paying`: sent, and not yet answered;
 * - `authenticating`: the bank asks the person in a dialogue of its own;
 * - `finished`: bought, or an invoice issued.
 */
export type PurchaseStage = 'choosing' | 'paying' | 'authenticating' | 'finished'

/** One purchase from the press of the button to its end. */
export function usePurchase() {
  const api = useApi()
  const { t } = useI18n()
  const stage = ref<PurchaseStage>('choosing')
  const outcome = shallowRef<PurchaseResponse | null>(null)
  /** Why nothing came of it; what was chosen stays chosen. */
  const refusal = shallowRef<{ message: string; code: string } | null>(null)
  /** Sent, but no answer came: it may have been paid, so nothing else can be bought before this is known. */
  const unanswered = shallowRef<Attempt | null>(null)
  /** The bank's dialogue was left without an answer. */
  const authentication = shallowRef<Authentication | null>(null)
  /** Asked before the bank's dialogue opens: nobody wants it to jump up after the window is closed. */
  let mayAuthenticate = () => true

  function clear() {
    stage.value = 'choosing'
    outcome.value = null
    refusal.value = null
    unanswered.value = null
    authentication.value = null
  }

  /**
   * @param prepare makes what is sent; throws a sentence for the person when the card is not accepted
   * @param loadStripe called when the bank asks for authentication
   */
  async function pay(prepare: () => Promise<PurchaseBody>, loadStripe: () => Promise<Stripe>): Promise<void> {
    if (stage.value !== 'choosing') return
    stage.value = 'paying'
    refusal.value = null
    authentication.value = null
    try {
      const attempt = unanswered.value ?? { key: crypto.randomUUID(), body: await prepare() }
      const answer = await send(attempt)
      if (answer) await settle(answer, attempt.body, loadStripe)
    } catch (thrown) {
      refusal.value = {
        code: 'CARD',
        message: thrown instanceof Error ? thrown.message : t('common.errors.UNEXPECTED'),
      }
    }
    backToChoice()
  }

  /** The bank's dialogue again, for one who had closed it. */
  async function authenticateAgain(): Promise<void> {
    const waiting = authentication.value
    if (!waiting || stage.value !== 'choosing') return
    refusal.value = null
    await authenticate(waiting)
    backToChoice()
  }

  /** One that was begun elsewhere, by the auto-purchase for instance. */
  async function resume(loadStripe: () => Promise<Stripe>, waiting: Waiting): Promise<void> {
    const { clientSecret, paymentIntentId, paymentMethodId, purchase } = waiting
    if (stage.value !== 'choosing') return
    stage.value = 'paying'
    refusal.value = null
    try {
      await authenticate({
        stripe: await loadStripe(),
        clientSecret,
        paymentMethodId: purchase.paymentMethod === 'stored_card' ? paymentMethodId : null,
        purchaseId: purchase.id,
        body: {
          packageId: purchase.packageId,
          paymentMethod: purchase.paymentMethod,
          paymentDetails: { stripePaymentIntentId: paymentIntentId },
        },
      })
    } catch {
      refusal.value = { code: 'CARD', message: t('payments.cards.notLoaded') }
    }
    backToChoice()
  }

  async function send(attempt: Attempt): Promise<PurchaseResponse | null> {
    try {
      const answer = await api<PurchaseResponse>('/api/v1/credits/purchase', {
        method: 'POST',
        body: attempt.body,
        idempotencyKey: attempt.key,
      })
      unanswered.value = null
      return answer
    } catch (thrown) {
      const error = toApiError(thrown, (code) => t(`common.errors.${code}`))
      // Below 500 the server has said no, and nothing was paid.
      const isKnown = error.statusCode < 500 && error.data.error !== 'OFFLINE' && error.statusCode !== 499
      unanswered.value = isKnown ? null : attempt
      refusal.value = { code: isKnown ? error.data.error : 'UNANSWERED', message: error.data.message }
      return null
    }
  }

  async function settle(
    answer: PurchaseResponse,
    body: PurchaseBody,
    loadStripe: () => Promise<Stripe>,
  ): Promise<void> {
    const { paymentStatus, clientSecret, paymentIntentId, errorMessage, errorCode } = answer.payment
    if (paymentStatus === 'completed' || paymentStatus === 'pending') {
      outcome.value = answer
      stage.value = 'finished'
    } else if (paymentStatus === 'requires_action' && clientSecret && paymentIntentId) {
      const { transactionId: purchaseId, packageId } = answer.purchase
      authentication.value = {
        stripe: await loadStripe(),
        clientSecret,
        paymentMethodId: body.paymentMethod === 'stored_card' ? body.paymentDetails?.stripePaymentMethodId : null,
        purchaseId,
        body: {
          packageId,
          paymentMethod: body.paymentMethod,
          paymentDetails: { stripePaymentIntentId: paymentIntentId },
        },
      }
      if (mayAuthenticate()) await authenticate(authentication.value)
      else notAuthenticated()
    } else {
      refusal.value = { code: errorCode ?? 'DECLINED', message: errorMessage ?? t('payments.declines.generic') }
    }
  }

  async function authenticate(waiting: Authentication): Promise<void> {
    stage.value = 'authenticating'
    const { stripe, clientSecret, paymentMethodId } = waiting
    await stripe.confirmCardPayment(clientSecret, paymentMethodId ? { payment_method: paymentMethodId } : undefined)
    stage.value = 'paying'
    // Whatever the dialogue says: how it ended the server hears from Stripe.
    const answer = await send({ key: crypto.randomUUID(), body: waiting.body })
    if (!answer) return
    if (answer.payment.paymentStatus === 'requires_action') return notAuthenticated()
    authentication.value = null
    await settle(answer, waiting.body, () => Promise.resolve(stripe))
  }

  function notAuthenticated() {
    refusal.value = { code: 'AUTHENTICATION', message: t('payments.purchase.refused.notAuthenticated') }
  }

  function backToChoice() {
    if (stage.value !== 'finished') stage.value = 'choosing'
  }

  return {
    stage,
    outcome,
    refusal,
    unanswered,
    authentication,
    pay,
    authenticateAgain,
    resume,
    clear,
    askBeforeAuthentication: (ask: () => boolean) => (mayAuthenticate = ask),
  }
}
