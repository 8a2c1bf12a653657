import { monthOf, startOfDay } from '#shared/utils/calendar'
import { Temporal } from 'temporal-polyfill'
import type { Context } from '../../../utils/context'
import type { Transaction } from '../../../utils/db'
import { notFound } from '../../../utils/errors'
import { packagesOf, type PackageRow } from '../packages'
import { useStripe } from '../stripe'
import type { AutoPurchaseState } from './decide'

export interface Account extends AutoPurchaseState<PackageRow> {
  accountId: string
  failures: number
  stoppedReason: string | null
  /** The purchase whose payment is not decided yet; REQUIRES_ACTION waits for a person. */
  inFlight: { id: string; status: 'CREATED' | 'REQUIRES_ACTION' } | null
  /** What Stripe knows the default card by. */
  charge: { stripeCustomerId: string; stripePaymentMethodId: string } | null
}

interface AccountRow {
  id: string
  enabled: boolean
  threshold: number
  amount: number
  cap: number | null
  failures: number
  attempted_at: Date | null
  stopped_reason: string | null
  available: number
}

/**
 * Everything that the decision depends on.
 * @param lock the account stays as it is until the transaction ends: whoever decides meanwhile waits for it
 */
export async function readAccount(tx: Transaction, ctx: Context, { lock = false } = {}): Promise<Account> {
  const row = await accountRow(tx, ctx, lock)
  const inFlight = await tx.creditPurchase.findFirst({
    where: {
      tenantId: ctx.tenantId,
      accountId: row.id,
      source: 'auto_purchase',
      status: { in: ['CREATED', 'REQUIRES_ACTION'] },
    },
    select: { id: true, status: true },
  })
  const card = await tx.paymentMethod.findFirst({
    where: { tenantId: ctx.tenantId, isDefault: true, removedAt: null },
    select: { expMonth: true, expYear: true, stripePaymentMethodId: true },
  })
  // Without Stripe's key no card can be charged, whatever was stored before.
  const customer = useStripe() && (await tx.stripeCustomer.findUnique({ where: { tenantId: ctx.tenantId } }))
  return {
    accountId: row.id,
    enabled: row.enabled,
    available: row.available,
    threshold: row.threshold,
    purchaseAmount: row.amount,
    monthlyCapYen: row.cap,
    failures: row.failures,
    attemptedAt: row.attempted_at,
    stoppedReason: row.stopped_reason,
    isInFlight: inFlight !== null,
    inFlight: inFlight && { id: inFlight.id, status: inFlight.status === 'CREATED' ? 'CREATED' : 'REQUIRES_ACTION' },
    card: customer && card,
    charge: customer &&
      card && {
        stripeCustomerId: customer.stripeCustomerId,
        stripePaymentMethodId: card.stripePaymentMethodId,
      },
    packages: await packagesOf(tx, ctx),
    monthSpentYen: await spentThisMonth(tx, ctx, row.id),
    timeZone: ctx.tenant.timeZone,
  }
}

async function accountRow(tx: Transaction, ctx: Context, lock: boolean): Promise<AccountRow> {
  const columns = `id, auto_purchase_enabled AS enabled, auto_purchase_threshold AS threshold, auto_purchase_amount AS amount,
    auto_purchase_monthly_cap_yen AS cap, auto_purchase_failures AS failures, auto_purchase_attempted_at AS attempted_at,
    auto_purchase_stopped_reason AS stopped_reason, current_balance - held_credits AS available`
  const [row] = await tx.$queryRawUnsafe<AccountRow[]>(
    `SELECT ${columns} FROM ai_credit_accounts WHERE tenant_id = $1::uuid AND deleted_at IS NULL${lock ? ' FOR UPDATE' : ''}`,
    ctx.tenantId,
  )
  if (!row) throw notFound()
  return row
}

/** Of the calendar month in the hotel's time zone: what was paid, and what may still be. Yen with tax. */
export async function spentThisMonth(tx: Transaction, ctx: Context, accountId: string): Promise<number> {
  const { timeZone } = ctx.tenant
  const month = monthOf(ctx.now, timeZone)
  const next = Temporal.PlainDate.from(month).add({ months: 1 }).toString()
  const { _sum } = await tx.creditPurchase.aggregate({
    where: {
      tenantId: ctx.tenantId,
      accountId,
      source: 'auto_purchase',
      status: { notIn: ['FAILED', 'CANCELED'] },
      createdAt: { gte: startOfDay(month, timeZone), lt: startOfDay(next, timeZone) },
    },
    _sum: { totalYen: true },
  })
  return _sum.totalYen ?? 0
}
