import type Stripe from 'stripe'
import type { Context } from '../../utils/context'
import { recordChange } from '../audit/record-audit'
import { providerFailure, requireStripe } from './stripe'

/**
 * The hotel's customer at Stripe, made at its first need. Simultaneous calls ask Stripe with the same idempotency
 * key and get the same customer, so that one that died before it wrote its row leaves no second one behind.
 * @throws CARDS_NOT_AVAILABLE, PAYMENT_PROVIDER_UNAVAILABLE
 */
export async function ensureStripeCustomer(ctx: Context): Promise<string> {
  const known = await findStripeCustomer(ctx)
  if (known) return known
  const created = await createCustomer(ctx)
  return ctx.db.transaction(async (tx) => {
    const { count } = await tx.stripeCustomer.createMany({
      data: { tenantId: ctx.tenantId, stripeCustomerId: created.id, createdAt: ctx.now },
      skipDuplicates: true,
    })
    if (count === 1) {
      await recordChange(tx, ctx, {
        eventType: 'payments.customer_created',
        entityType: 'stripe_customers',
        entityId: ctx.tenantId,
        action: 'create',
        after: { stripeCustomerId: created.id },
      })
    }
    const row = await tx.stripeCustomer.findUniqueOrThrow({ where: { tenantId: ctx.tenantId } })
    return row.stripeCustomerId
  })
}

/** null: the hotel has never had to do with a card. */
export async function findStripeCustomer(ctx: Context): Promise<string | null> {
  const row = await ctx.db.read((tx) => tx.stripeCustomer.findUnique({ where: { tenantId: ctx.tenantId } }))
  return row?.stripeCustomerId ?? null
}

async function createCustomer({ tenantId, tenant }: Context): Promise<Stripe.Customer> {
  try {
    return await requireStripe().customers.create(
      { name: tenant.name, metadata: { tenant_id: tenantId } },
      { idempotencyKey: `customer:${tenantId}` },
    )
  } catch (error) {
    throw providerFailure(error)
  }
}
