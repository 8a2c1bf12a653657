import type { Context } from '../../../utils/context'
import { sqlState, type Transaction } from '../../../utils/db'
import { newId } from '../../../utils/ids'
import { writeLowBalance } from '../../credits/notices/low-balance'
import { chargePurchase } from '../charge-card'
import { insertPurchase, type PurchaseRow } from '../new-purchase'
import { reconcilePurchase } from '../reconcile'
import { decide, isWorthWriting, type Decision } from './decide'
import { readAccount, type Account } from './read-state'

/**
 * Buys credits where they are due: decides under the account's lock, writes the purchase and the decision, and only
 * then charges the card. What an attempt before left behind (a crash between charge and grant) is cleared up first.
 * Safe to run at any time, again, and on several servers at once.
 * @throws PAYMENT_PROVIDER_UNAVAILABLE when Stripe's answer is unknown: the next run asks for it
 */
export async function attemptPurchase(ctx: Context): Promise<Decision['decision']> {
  await reconcileInFlight(ctx)
  const { decision, purchase } = await startPurchase(ctx)
  if (purchase) await chargePurchase(ctx, purchase)
  return decision
}

/** Past it no request of an attempt before can still be on its way: Stripe's time-outs with the SDK's attempts. */
const resendAfterMs = 90_000

async function reconcileInFlight(ctx: Context): Promise<void> {
  const { inFlight } = await ctx.db.read((tx) => readAccount(tx, ctx))
  if (inFlight?.status !== 'CREATED' || (await reconcilePurchase(ctx, inFlight.id)) !== 'CREATED') return
  const purchase = await ctx.db.read((tx) =>
    tx.creditPurchase.findUniqueOrThrow({ where: { tenantId_id: { tenantId: ctx.tenantId, id: inFlight.id } } }),
  )
  // Stripe never heard of it: sent again under its own idempotency key, it is charged once whatever happened.
  if (ctx.now.getTime() - purchase.createdAt.getTime() >= resendAfterMs) await chargePurchase(ctx, purchase)
}

interface Started {
  decision: Decision['decision']
  purchase: PurchaseRow | null
}

async function startPurchase(ctx: Context): Promise<Started> {
  try {
    return await ctx.db.transaction(async (tx) => {
      const account = await readAccount(tx, ctx, { lock: true })
      const decided = decide(account, ctx.now)
      const purchase =
        decided.decision === 'STARTED' && account.charge
          ? await insertPurchase(tx, ctx, {
              package: decided.package,
              paymentMethod: 'stored_card',
              source: 'auto_purchase',
              requestKey: `auto-purchase:${newId()}`,
              ...account.charge,
            })
          : null
      if (decided.decision !== 'NONE') await writeDecision(tx, ctx, account, decided, purchase)
      if (purchase)
        await tx.aiCreditAccount.update({
          where: { tenantId_id: { tenantId: ctx.tenantId, id: account.accountId } },
          data: { autoPurchaseAttemptedAt: ctx.now, updatedAt: ctx.now },
        })
      return { decision: decided.decision, purchase }
    })
  } catch (error) {
    // The database's own guard (credit_purchases_auto_in_flight): another one is on its way.
    if (sqlState(error) === '23505') return { decision: 'IN_FLIGHT', purchase: null }
    throw error
  }
}

/** It would go on refusing until somebody raises the cap, stores a card or chooses another amount. */
const needsPerson = new Set<Decision['decision']>(['CAP_REACHED', 'NO_CARD', 'NO_PACKAGE'])

async function writeDecision(
  tx: Transaction,
  ctx: Context,
  account: Account,
  decided: Exclude<Decision, { decision: 'NONE' }>,
  purchase: PurchaseRow | null,
): Promise<void> {
  const reason = 'reason' in decided ? decided.reason : null
  const last = await tx.autoPurchaseDecision.findFirst({
    where: { tenantId: ctx.tenantId },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    select: { decision: true, reason: true, createdAt: true },
  })
  if (!isWorthWriting({ decision: decided.decision, reason }, last, ctx.now)) return
  if (needsPerson.has(decided.decision)) await writeLowBalance(tx, ctx, account)
  await tx.autoPurchaseDecision.create({
    data: {
      tenantId: ctx.tenantId,
      id: newId(),
      decision: decided.decision,
      available: account.available,
      threshold: account.threshold,
      // Never the one in flight: its row is locked before the account's by whoever brings news of it.
      purchaseId: purchase?.id,
      totalYen: 'totalYen' in decided ? decided.totalYen : null,
      monthSpentYen: account.monthSpentYen,
      reason,
      createdAt: ctx.now,
    },
  })
}
