import { randomUUID } from 'node:crypto'
import Stripe from 'stripe'
import { insertPurchase, type PurchaseRow } from '../../server/domains/payments/new-purchase'
import { packagesOf } from '../../server/domains/payments/packages'
import { receiveStripeEvent } from '../../server/domains/payments/webhooks/receive-event'
import type { Context } from '../../server/utils/context'
import type { TestDatabase } from './database'

export const webhookSecret = 'whsec_tests_only'

/** A card purchase as it stands before Stripe has been told of it; by default of the smallest package. */
export function openPurchase(
  ctx: Context,
  { credits = 100, ...input }: Partial<Parameters<typeof insertPurchase>[2]> & { credits?: number } = {},
): Promise<PurchaseRow> {
  return ctx.db.transaction(async (tx) => {
    const pack = (await packagesOf(tx, ctx)).find(({ creditsAmount }) => creditsAmount === credits)
    if (!pack) throw new Error(`no package of ${credits} credits`)
    return insertPurchase(tx, ctx, {
      package: pack,
      paymentMethod: 'stripe',
      source: 'dashboard',
      requestKey: randomUUID(),
      stripeCustomerId: `cus_${ctx.tenantId.replaceAll('-', '')}`,
      stripePaymentMethodId: 'pm_card_visa',
      ...input,
    })
  })
}

export const intentIdOf = (purchase: { id: string }) => `pi_${purchase.id.replaceAll('-', '')}`

const statusAt = {
  'payment_intent.created': 'requires_confirmation',
  'payment_intent.requires_action': 'requires_action',
  'payment_intent.payment_failed': 'requires_payment_method',
  'payment_intent.succeeded': 'succeeded',
  'payment_intent.canceled': 'canceled',
} as const
export type IntentEventType = keyof typeof statusAt

/** An event of Stripe's about the purchase's payment, as its webhooks carry it. */
export function intentEvent(purchase: PurchaseRow, type: IntentEventType, changes: Record<string, unknown> = {}) {
  const status = statusAt[type]
  return {
    id: `evt_${randomUUID().replaceAll('-', '')}`,
    object: 'event',
    type,
    created: Math.floor(purchase.createdAt.getTime() / 1000),
    data: {
      object: {
        id: intentIdOf(purchase),
        object: 'payment_intent',
        status,
        amount: purchase.totalYen,
        amount_received: status === 'succeeded' ? purchase.totalYen : 0,
        currency: 'jpy',
        customer: purchase.stripeCustomerId,
        metadata: { purchase_id: purchase.id, tenant_id: purchase.tenantId },
        last_payment_error:
          status === 'requires_payment_method' ? { code: 'card_declined', decline_code: 'generic_decline' } : null,
        ...changes,
      },
    },
  }
}

export type IntentEvent = ReturnType<typeof intentEvent>

export function signatureOf(body: string, options: { secret?: string; at?: Date } = {}): string {
  return Stripe.webhooks.generateTestHeaderString({
    payload: body,
    secret: options.secret ?? webhookSecret,
    timestamp: Math.floor((options.at ?? new Date()).getTime() / 1000),
  })
}

/** Delivers an event as the route does. */
export function deliver(db: TestDatabase, event: IntentEvent, now = new Date()): Promise<void> {
  const body = JSON.stringify(event)
  return receiveStripeEvent(db, {
    body: Buffer.from(body),
    signature: signatureOf(body, { at: now }),
    now,
    signal: new AbortController().signal,
  })
}
