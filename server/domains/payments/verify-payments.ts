import type Stripe from 'stripe'
import type { Database } from '../../utils/db'
import { newId } from '../../utils/ids'
import { platformTenantId } from '../identity/sessions'

/** A figure of the payments' books, or of Stripe's, that is not what it should be. Credits, yen or counts. */
export interface PaymentDifference {
  tenantId: string
  entity: string
  entityId: string
  figure: string
  kept: number | string | null
  recomputed: number | string | null
}

export interface PaymentReport {
  purchases: number
  invoices: number
  /** PaymentIntents of purchases at Stripe; null where Stripe is not configured. */
  intents: number | null
  differences: PaymentDifference[]
}

/** News of a payment take this long at the most: what is younger may be on its way. */
const underWayMs = 2 * 60_000
/** An event names this many; `npm run payments:verify` prints all of them. */
const namedAtMost = 100

/**
 * Compares purchases, grants, ledger, invoices and transfers with each other, and with Stripe's own records. What
 * differs is written down as an event of the platform, for its operators.
 */
export async function verifyPayments(
  db: Pick<Database, 'jobs'>,
  stripe: Stripe | null,
  now: Date,
): Promise<PaymentReport> {
  // Stripe first: what it says is never newer than our books.
  const intents = stripe && (await intentsOf(stripe))
  const { rows: counts } = await db.jobs.query<{ purchases: number; invoices: number }>(
    'SELECT (SELECT count(*)::int FROM credit_purchases) AS purchases, (SELECT count(*)::int FROM invoices) AS invoices',
  )
  const { rows: differences } = await db.jobs.query<PaymentDifference>(
    `SELECT tenant_id AS "tenantId", entity, entity_id AS "entityId", figure, kept::float8, recomputed::float8
       FROM payment_differences()`,
  )
  if (intents) differences.push(...(await compareWithStripe(db, intents, now)))
  if (differences.length > 0) {
    await db.jobs.query(
      `INSERT INTO system_events (tenant_id, id, event_type, source, action, after, created_at)
       VALUES ($1, $2, 'payments.books_differ', 'task', 'verify', $3, $4)`,
      [platformTenantId, newId(), { count: differences.length, differences: differences.slice(0, namedAtMost) }, now],
    )
  }
  return { purchases: 0, invoices: 0, ...counts[0], intents: intents?.length ?? null, differences }
}

async function intentsOf(stripe: Stripe): Promise<Stripe.PaymentIntent[]> {
  const intents: Stripe.PaymentIntent[] = []
  for await (const intent of stripe.paymentIntents.list({ limit: 100, expand: ['data.latest_charge'] })) {
    if (intent.metadata.purchase_id) intents.push(intent)
  }
  return intents
}

/** In seconds. A person may authenticate hours after the intent was made. */
const paidAt = ({ latest_charge: charge, created }: Stripe.PaymentIntent): number =>
  typeof charge === 'object' && charge ? charge.created : created

interface PurchaseRow {
  tenant_id: string
  id: string
  status: string
  total_yen: number
  stripe_payment_intent_id: string | null
  /** Since Stripe was read: looked at the next time. */
  moved: boolean
}

/** Money taken and credits granted, purchase by purchase, in both directions. */
async function compareWithStripe(
  db: Pick<Database, 'jobs'>,
  intents: Stripe.PaymentIntent[],
  now: Date,
): Promise<PaymentDifference[]> {
  const { rows } = await db.jobs.query<PurchaseRow>(
    `SELECT tenant_id, id, status, total_yen, stripe_payment_intent_id, updated_at >= $1 AS moved FROM credit_purchases
      WHERE payment_method <> 'invoice'`,
    [now],
  )
  const purchases = new Map(rows.map((row) => [row.id, row]))
  const received = new Map<string, number>()
  const differences: PaymentDifference[] = []
  const isSettled = (created: number) => now.getTime() - created * 1000 > underWayMs
  for (const intent of intents) {
    const { purchase_id: id = '', tenant_id: tenantId = '' } = intent.metadata
    const about = { tenantId, entity: 'payment intent', entityId: intent.id }
    const purchase = purchases.get(id)
    if (!purchase) {
      if (isSettled(intent.created)) differences.push({ ...about, figure: 'purchase', kept: id, recomputed: null })
      continue
    }
    if (purchase.moved) continue
    const known = purchase.stripe_payment_intent_id
    if (known !== intent.id && (known !== null || isSettled(intent.created))) {
      differences.push({ ...about, figure: 'intent of the purchase', kept: known, recomputed: intent.id })
    }
    if (intent.status !== 'succeeded') continue
    received.set(id, (received.get(id) ?? 0) + intent.amount_received)
    if (purchase.status !== 'COMPLETED' && isSettled(paidAt(intent))) {
      differences.push({ ...about, figure: 'status', kept: purchase.status, recomputed: 'COMPLETED' })
    }
  }
  for (const { tenant_id: tenantId, id, status, total_yen: totalYen, moved } of rows) {
    if (moved) continue
    const expected = status === 'COMPLETED' ? totalYen : (received.get(id) ?? 0)
    const taken = received.get(id) ?? 0
    if (taken !== expected || (taken !== 0 && taken !== totalYen)) {
      differences.push({
        tenantId,
        entity: 'purchase',
        entityId: id,
        figure: 'received by Stripe',
        kept: expected,
        recomputed: taken,
      })
    }
  }
  return differences
}
