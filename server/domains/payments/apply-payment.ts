import type Stripe from 'stripe'
import type { PurchaseStatus } from '#shared/schemas/payments'
import { userIdOf, type Context } from '../../utils/context'
import { callIn, type Statement, type Transaction } from '../../utils/db'
import { purchaseExpiry } from '../credits/rules'
import { isFinalRefusal } from './decline-codes'

/** What can happen to a purchase: the events of credit_purchase_transitions. */
export type PurchaseEvent =
  | 'requires_action'
  | 'payment_failed'
  | 'succeeded'
  | 'canceled'
  | 'invoice_issued'
  | 'invoice_issued_on_credit'
  | 'transfer_received'
  | 'invoice_voided'

export interface Applied {
  /** UNCHANGED: it came late or again. MISMATCH: it speaks of another purchase, amount or currency. */
  outcome: 'APPLIED' | 'UNCHANGED' | 'FORBIDDEN' | 'MISMATCH' | 'NOT_FOUND'
  status: PurchaseStatus | null
  transaction_id: string | null
  balance: number | null
  available: number | null
}

/** What Stripe says of a payment, reduced to what our books are concerned with. */
export interface PaymentNews {
  event: PurchaseEvent
  intentId: string | null
  customerId: string | null
  amountYen: number | null
  currency: string | null
  failureCode: string | null
  declineCode: string | null
  /** The bank forbids another try with this card. */
  isFinal: boolean
}

export const newsValues = (news: PaymentNews): unknown[] => [
  news.event,
  news.intentId,
  news.customerId,
  news.amountYen,
  news.currency,
  news.failureCode,
  news.declineCode,
  news.isFinal,
]

/** The database function `purchase_apply`: status, credits, audit and outbox in one round trip, whoever brings the news. */
export function applyStatement(ctx: Context, purchaseId: string, news: PaymentNews, source: NewsSource): Statement {
  return {
    name: 'purchase_apply',
    text: `SELECT * FROM purchase_apply($1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::int, $7::text, $8::text,
           $9::text, $10::boolean, $11::timestamptz, $12::timestamptz, $13::text, $14::uuid, $15::text)`,
    values: [
      ctx.tenantId,
      purchaseId,
      ...newsValues(news),
      ctx.now,
      purchaseExpiry(ctx.now, ctx.tenant.timeZone),
      source,
      userIdOf(ctx),
      ctx.requestId,
    ],
  }
}

export type NewsSource = 'api' | 'webhook' | 'task' | 'operator'

export function applyNews(
  ctx: Context,
  purchaseId: string,
  news: PaymentNews,
  source: NewsSource,
  tx?: Transaction,
): Promise<Applied> {
  const statement = applyStatement(ctx, purchaseId, news, source)
  return tx ? callIn<Applied>(tx, statement) : ctx.db.call<Applied>(statement)
}

/** News that come from ourselves and not from Stripe: of an invoice, or of a payment Stripe never took up. */
export const ownNews = (event: PurchaseEvent, failureCode: string | null = null): PaymentNews => ({
  event,
  intentId: null,
  customerId: null,
  amountYen: null,
  currency: null,
  failureCode,
  declineCode: null,
  isFinal: false,
})

/** Of a PaymentIntent, what our books are concerned with: as Stripe's API answers it, or as a webhook carries it. */
export interface IntentFigures {
  id: string
  status: Stripe.PaymentIntent.Status
  amount: number
  amount_received?: number
  currency: string
  customer?: string | { id: string } | null
  last_payment_error?: { code?: string; decline_code?: string; advice_code?: string } | null
}

/** What a PaymentIntent says as it stands; null while nothing has been decided. */
export function newsOf(intent: IntentFigures): PaymentNews | null {
  const event = eventOf(intent)
  return event && { event, ...figuresOf(intent) }
}

function eventOf(intent: IntentFigures): PurchaseEvent | null {
  switch (intent.status) {
    case 'succeeded':
      return 'succeeded'
    case 'canceled':
      return 'canceled'
    case 'requires_action':
      return 'requires_action'
    case 'requires_payment_method':
      return intent.last_payment_error ? failureEventOf(intent) : null
    default:
      return null
  }
}

/** Off-session, a bank that wants to see its customer refuses with this code: the purchase waits for the person. */
export const failureEventOf = (intent: IntentFigures): PurchaseEvent =>
  intent.last_payment_error?.code === 'authentication_required' ? 'requires_action' : 'payment_failed'

/** Whole yen: JPY has no minor unit. Of a payment that succeeded, what was received counts. */
export function figuresOf(intent: IntentFigures): Omit<PaymentNews, 'event'> {
  const error = intent.last_payment_error
  return {
    intentId: intent.id,
    customerId: typeof intent.customer === 'string' ? intent.customer : (intent.customer?.id ?? null),
    amountYen: intent.status === 'succeeded' ? (intent.amount_received ?? intent.amount) : intent.amount,
    currency: intent.currency,
    failureCode: error?.code ?? (intent.status === 'canceled' ? 'canceled' : null),
    declineCode: error?.decline_code ?? null,
    isFinal: isFinalRefusal(error?.decline_code ?? null, error?.advice_code ?? null),
  }
}
