import type { Context } from '../../utils/context'
import type { Database } from '../../utils/db'
import { lockBillingAccount } from '../payments/invoices/billing-account'

/**
 * Who issues the demonstration's invoices. The registration number has the right check digit and belongs to nobody,
 * the telephone number is one of those that are never given out.
 */
const issuer = {
  id: 1,
  issuerName: 'ホテルメンバー株式会社',
  registrationNumber: 'T9999999999999',
  postalCode: '100-0001',
  address: '東京都千代田区千代田1-1-1 みほんビル5階',
  phone: '03-0000-0000',
  email: 'billing@hotel-member.example',
  bankName: 'みほん銀行',
  bankBranch: '本店営業部',
  bankAccountType: 'ORDINARY',
  bankAccountNumber: '1234567',
  bankAccountHolder: 'ホテルメンバー(カ',
  paymentTermDays: 30,
}

export async function makeIssuer(db: Database, now: Date): Promise<void> {
  await db.global.platformBilling.createMany({ data: [{ ...issuer, updatedAt: now }], skipDuplicates: true })
}

/** How much a hotel may owe for credits it has already; set once, the operator's to change. */
export async function makeCreditLimit(ctx: Context, invoiceCreditLimitYen: number): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const known = await tx.billingAccount.findUnique({ where: { tenantId: ctx.tenantId } })
    if (known) return
    await lockBillingAccount(tx, ctx)
    await tx.billingAccount.update({ where: { tenantId: ctx.tenantId }, data: { invoiceCreditLimitYen } })
  })
}
