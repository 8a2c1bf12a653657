import type { InvoiceSnapshot } from '#shared/schemas/payments'
import type { PlatformBilling } from '../../../generated/prisma/client'
import { text } from '../../../utils/texts'
import type { PurchaseRow } from '../new-purchase'
import { taxOf, taxRate } from '../rules'

type Sale = Pick<InvoiceSnapshot, 'issuer' | 'lines' | 'taxes' | 'netYen' | 'taxYen' | 'totalYen'>

/**
 * What the documents of a purchase have in common; null without a registered issuer. They are Japanese documents,
 * whatever language the buyer reads. Tax once per rate, on the sum of its lines.
 */
export function saleOf(purchase: PurchaseRow, issuer: PlatformBilling | null): Sale | null {
  if (!issuer?.registrationNumber) return null
  const credits = purchase.creditsAmount.toLocaleString('ja')
  const lines = [
    line(text('ja', 'payments.invoice.line', { credits }), purchase.listPriceYen),
    ...(purchase.discountYen > 0 ? [line(text('ja', 'payments.invoice.discount'), -purchase.discountYen)] : []),
  ]
  const netYen = lines.reduce((sum, one) => sum + one.netYen, 0)
  const taxYen = taxOf(netYen)
  return {
    issuer: {
      name: issuer.issuerName,
      registrationNumber: issuer.registrationNumber,
      postalCode: issuer.postalCode,
      address: issuer.address,
      phone: issuer.phone,
      email: issuer.email,
    },
    lines,
    taxes: [{ rate: taxRate, netYen, taxYen }],
    netYen,
    taxYen,
    totalYen: netYen + taxYen,
  }
}

const line = (description: string, yen: number): InvoiceSnapshot['lines'][number] => ({
  description,
  quantity: 1,
  unitPriceYen: yen,
  netYen: yen,
  taxRate,
})
