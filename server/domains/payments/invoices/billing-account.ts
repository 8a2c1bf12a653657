import type { BillingProfile } from '#shared/schemas/payments'
import type { BillingAccount } from '../../../generated/prisma/client'
import type { Context } from '../../../utils/context'
import type { Transaction } from '../../../utils/db'
import { recordChange } from '../../audit/record-audit'

/** The hotel's billing account, made at its first use, locked to the end of the transaction. */
export async function lockBillingAccount(tx: Transaction, ctx: Context): Promise<BillingAccount> {
  await tx.billingAccount.createMany({
    data: [{ tenantId: ctx.tenantId, updatedAt: ctx.now }],
    skipDuplicates: true,
  })
  await tx.$queryRaw`SELECT FROM billing_accounts WHERE tenant_id = ${ctx.tenantId}::uuid FOR UPDATE`
  return tx.billingAccount.findUniqueOrThrow({ where: { tenantId: ctx.tenantId } })
}

/** Yen: the limit less what is owed for credits that were granted before their money came. */
export async function creditLeft(
  tx: Transaction,
  ctx: Context,
  account: Pick<BillingAccount, 'invoiceCreditLimitYen'>,
): Promise<number> {
  const owed = await tx.invoice.aggregate({
    where: { tenantId: ctx.tenantId, status: 'ISSUED', purchase: { status: 'ON_CREDIT' } },
    _sum: { totalYen: true, paidYen: true },
  })
  return Math.max(0, account.invoiceCreditLimitYen - ((owed._sum.totalYen ?? 0) - (owed._sum.paidYen ?? 0)))
}

export function getBillingProfile(ctx: Context): Promise<BillingProfile> {
  return ctx.db.read(async (tx) => {
    const account = await tx.billingAccount.findUnique({ where: { tenantId: ctx.tenantId } })
    return { recipientName: account?.recipientName ?? '', invoiceEmail: account?.invoiceEmail ?? null }
  })
}

/** Who later invoices are made out and sent to; those that are issued stay as they are. */
export function setBillingProfile(ctx: Context, profile: BillingProfile): Promise<BillingProfile> {
  return ctx.db.transaction(async (tx) => {
    const { recipientName, invoiceEmail } = await lockBillingAccount(tx, ctx)
    await tx.billingAccount.update({ where: { tenantId: ctx.tenantId }, data: { ...profile, updatedAt: ctx.now } })
    await recordChange(tx, ctx, {
      eventType: 'payments.billing_profile_changed',
      entityType: 'billing_accounts',
      entityId: null,
      action: 'update',
      before: { recipientName, invoiceEmail },
      after: profile,
    })
    return profile
  })
}
