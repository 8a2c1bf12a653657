import type { PurchaseOptionsResponse } from '#shared/schemas/payments'
import type { Context } from '../../utils/context'
import { env } from '../../utils/env'
import { readCards } from './cards/list-cards'
import { creditLeft } from './invoices/billing-account'
import { blockingInvoice } from './invoices/issue-invoice'
import { taxRate } from './rules'
import { useStripe } from './stripe'

/** What the purchase window offers this hotel besides the packages. */
export function purchaseOptions(ctx: Context): Promise<PurchaseOptionsResponse> {
  return ctx.db.read(async (tx) => {
    const issuer = await tx.platformBilling.findUnique({ where: { id: 1 } })
    const account = await tx.billingAccount.findUnique({ where: { tenantId: ctx.tenantId } })
    const limit = account?.invoiceCreditLimitYen ?? 0
    const isConfigured = Boolean(issuer?.registrationNumber)
    const isBlocked = isConfigured && (await blockingInvoice(tx, ctx)) !== null
    return {
      card: browserStripe(),
      storedCards: useStripe() ? await readCards(tx, ctx) : [],
      invoice: {
        isAvailable: isConfigured && !isBlocked,
        blockedBy: isBlocked ? 'OVERDUE' : isConfigured ? null : 'NOT_CONFIGURED',
        email: account?.invoiceEmail ?? null,
        creditLimitYen: limit,
        creditLeftYen: await creditLeft(tx, ctx, { invoiceCreditLimitYen: limit }),
        paymentTermDays: issuer?.paymentTermDays ?? 0,
      },
      taxRate,
    }
  })
}

/** What the browser needs to speak to Stripe; nothing where it is not configured. */
export function browserStripe(): PurchaseOptionsResponse['card'] {
  const { STRIPE_PUBLISHABLE_KEY, STRIPE_JS_URL } = env()
  const isAvailable = useStripe() !== null && STRIPE_PUBLISHABLE_KEY !== undefined
  return {
    isAvailable,
    publishableKey: isAvailable ? STRIPE_PUBLISHABLE_KEY : null,
    stripeJsUrl: isAvailable ? STRIPE_JS_URL : null,
  }
}
