import type { AutoPurchase, AutoPurchaseBody } from '#shared/schemas/payments'
import { creditsToBuy, packageFor } from '#shared/utils/auto-purchase'
import type { Context } from '../../../utils/context'
import type { Transaction } from '../../../utils/db'
import { AppError } from '../../../utils/errors'
import { emitEvent } from '../../../utils/outbox'
import { recordChange } from '../../audit/record-audit'
import { expiryState } from '../cards/rules'
import { presentPackage } from '../packages'
import { priceOf } from '../rules'
import { presentStop } from './log'
import { readAccount, type Account } from './read-state'

export function getAutoPurchase(ctx: Context): Promise<AutoPurchase> {
  return ctx.db.read(async (tx) => present(ctx, await readAccount(tx, ctx)))
}

/**
 * Sets the auto-purchase. Switched on, what had stopped it is forgotten; whether credits are due at once is asked by
 * the event.
 * @throws AUTO_PURCHASE_NEEDS_CARD, AUTO_PURCHASE_NO_PACKAGE, AUTO_PURCHASE_CAP_TOO_LOW when it is on and could never buy
 */
export function setAutoPurchase(ctx: Context, body: AutoPurchaseBody): Promise<AutoPurchase> {
  return ctx.db.transaction(async (tx) => {
    const before = await readAccount(tx, ctx, { lock: true })
    if (body.enabled) requireWorkable(ctx, before, body)
    const isSwitched = body.enabled !== before.enabled
    await tx.aiCreditAccount.update({
      where: { tenantId_id: { tenantId: ctx.tenantId, id: before.accountId } },
      data: {
        autoPurchaseEnabled: body.enabled,
        autoPurchaseThreshold: body.threshold,
        autoPurchaseAmount: body.purchaseAmount,
        autoPurchaseMonthlyCapYen: body.monthlyCapYen,
        ...(isSwitched && { autoPurchaseFailures: 0, autoPurchaseStoppedReason: null }),
        updatedAt: ctx.now,
      },
    })
    await recordSettings(tx, ctx, before, body)
    return present(ctx, await readAccount(tx, ctx))
  })
}

function requireWorkable(ctx: Context, account: Account, body: AutoPurchaseBody): void {
  if (!account.card || expiryState(account.card, ctx.now, account.timeZone).isExpired)
    throw new AppError('AUTO_PURCHASE_NEEDS_CARD')
  // The widest gap there can be: everything spent.
  const credits = creditsToBuy({ ...body, available: 0 })
  const pack = packageFor(account.packages, credits)
  if (!pack) {
    const largest = account.packages.at(-1)?.creditsAmount ?? 0
    throw new AppError('AUTO_PURCHASE_NO_PACKAGE', { credits, largest })
  }
  const { totalYen } = priceOf(pack)
  if (body.monthlyCapYen !== null && body.monthlyCapYen < totalYen)
    throw new AppError('AUTO_PURCHASE_CAP_TOO_LOW', { capYen: body.monthlyCapYen, totalYen })
}

async function recordSettings(tx: Transaction, ctx: Context, before: Account, body: AutoPurchaseBody): Promise<void> {
  await recordChange(tx, ctx, {
    eventType: 'credits.auto_purchase_changed',
    entityType: 'ai_credit_accounts',
    entityId: before.accountId,
    action: 'update',
    before: {
      enabled: before.enabled,
      threshold: before.threshold,
      purchaseAmount: before.purchaseAmount,
      monthlyCapYen: before.monthlyCapYen,
      stoppedReason: before.stoppedReason,
    },
    after: { ...body },
  })
  await emitEvent(tx, ctx, 'credits.auto_purchase_changed', {
    accountId: before.accountId,
    available: before.available,
    threshold: body.threshold,
    autoPurchase: body.enabled,
  })
}

function present(ctx: Context, account: Account): AutoPurchase {
  const pack = packageFor(account.packages, creditsToBuy(account))
  const stop = account.stoppedReason === null ? null : presentStop(ctx.locale, account.stoppedReason)
  return {
    enabled: account.enabled,
    threshold: account.threshold,
    purchaseAmount: account.purchaseAmount,
    monthlyCapYen: account.monthlyCapYen,
    stoppedReason: stop && stop.reason,
    stoppedMessage: stop && stop.message,
    failures: account.failures,
    spentThisMonthYen: account.monthSpentYen,
    package: pack ? presentPackage(pack) : null,
  }
}
