import { z } from 'zod'
import { creditAmount } from './credits'
import { id, instant, isoDate, pageQuery } from './common'

/** Whole yen. The ceiling keeps a slip of the finger from becoming a bill. */
export const yen = z.number().int().min(0).max(100_000_000)

export const paymentMethods = ['stripe', 'invoice', 'stored_card'] as const
export const paymentMethod = z.enum(paymentMethods)
export type PaymentMethod = z.infer<typeof paymentMethod>

/** What may become of a purchase: prisma/migrations, credit_purchase_transitions. */
export const purchaseStatuses = [
  'CREATED',
  'REQUIRES_ACTION',
  'FAILED',
  'CANCELED',
  'AWAITING_TRANSFER',
  'ON_CREDIT',
  'COMPLETED',
] as const
export const purchaseStatus = z.enum(purchaseStatuses)
export type PurchaseStatus = z.infer<typeof purchaseStatus>

export const purchaseSources = ['dashboard', 'auto_purchase', 'low_balance_prompt'] as const
export const purchaseSource = z.enum(purchaseSources)
export type PurchaseSource = z.infer<typeof purchaseSource>

export const discountType = z.enum(['VOLUME', 'BULK', 'PROMOTION'])

// ── Packages

export const creditPackage = z.object({
  id,
  creditsAmount: z.number().int(),
  listPriceYen: yen.describe('of as many credits without a discount, without tax'),
  priceYen: yen.describe('without tax'),
  priceWithTaxYen: yen.describe('with 10% consumption tax, rounded down: what is paid'),
  discountRate: z.number().describe('0 to 1, of the list price'),
  isBulkPackage: z.boolean(),
  isPromotional: z.boolean(),
  displayName: z.string(),
  description: z.string(),
  marketingHighlight: z.string().nullable(),
  validUntil: instant.nullable().describe('exclusive'),
})
export type CreditPackage = z.infer<typeof creditPackage>
export const packagesResponse = z.object({ packages: z.array(creditPackage) })
export type PackagesResponse = z.infer<typeof packagesResponse>

// ── Buying

/** Stripe's own ids. */
const stripeId = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_[A-Za-z0-9_]{1,200}$`))

export const purchaseBody = z
  .object({
    packageId: id,
    paymentMethod,
    paymentDetails: z
      .object({
        stripePaymentMethodId: stripeId('pm').optional(),
        stripePaymentIntentId: stripeId('pi').optional().describe('finishes the purchase that this intent belongs to'),
        saveCard: z.boolean().optional().describe('keep this card for later purchases'),
        invoiceEmail: z.email().max(254).optional(),
      })
      .optional(),
    metadata: z
      .object({
        source: z.enum(['dashboard', 'low_balance_prompt']).optional(),
        userAgent: z.string().max(500).optional(),
      })
      .optional(),
  })
  .refine(
    ({ paymentMethod: method, paymentDetails: details }) =>
      method !== 'stripe' || Boolean(details?.stripePaymentMethodId ?? details?.stripePaymentIntentId),
    { path: ['paymentDetails', 'stripePaymentMethodId'], params: { problem: 'required' } },
  )
export type PurchaseBody = z.infer<typeof purchaseBody>

export const purchaseResponse = z.object({
  purchase: z.object({
    transactionId: id.describe("the purchase's id"),
    packageId: id,
    creditsAdded: z.number().int().describe('0 until they are granted'),
    totalCost: yen.describe('yen with tax'),
    discount: z
      .object({ type: discountType, amount: yen.describe('yen without tax'), percentage: z.number() })
      .optional(),
  }),
  payment: z.object({
    paymentStatus: z.enum(['completed', 'pending', 'failed', 'requires_action']),
    paymentIntentId: z.string().optional(),
    clientSecret: z.string().optional(),
    errorMessage: z.string().optional().describe("in the customer's words"),
    errorCode: z.string().optional().describe("Stripe's code"),
    invoiceId: id.optional(),
    invoiceNumber: z.string().optional(),
  }),
  account: z.object({ newBalance: z.number().int(), estimatedDaysLeft: z.number().int().nullable() }),
})
export type PurchaseResponse = z.infer<typeof purchaseResponse>

/** What the purchase window needs besides the packages. */
export const purchaseOptionsResponse = z.object({
  card: z.object({
    isAvailable: z.boolean().describe('false: Stripe is not configured'),
    publishableKey: z.string().nullable(),
    stripeJsUrl: z.string().nullable(),
  }),
  storedCards: z.array(
    z.object({
      id,
      brand: z.string(),
      last4: z.string(),
      expMonth: z.number().int(),
      expYear: z.number().int(),
      isDefault: z.boolean(),
      stripePaymentMethodId: z.string(),
      isExpired: z.boolean(),
      expiresSoon: z.boolean().describe('this month or the next'),
    }),
  ),
  invoice: z.object({
    isAvailable: z.boolean(),
    blockedBy: z.enum(['NOT_CONFIGURED', 'OVERDUE']).nullable(),
    email: z.string().nullable(),
    creditLimitYen: yen,
    creditLeftYen: yen.describe('of the limit; an invoice within it grants its credits at once'),
    paymentTermDays: z.number().int(),
  }),
  taxRate: z.number(),
})
export type PurchaseOptionsResponse = z.infer<typeof purchaseOptionsResponse>
export type StoredCard = PurchaseOptionsResponse['storedCards'][number]

export const purchase = z.object({
  id,
  status: purchaseStatus,
  paymentMethod,
  source: purchaseSource,
  credits: z.number().int(),
  packageId: id,
  packageName: z.string(),
  listPriceYen: yen,
  discountYen: yen,
  priceYen: yen.describe('without tax'),
  taxYen: yen,
  totalYen: yen.describe('with tax'),
  failureMessage: z.string().nullable().describe("in the customer's words"),
  user: z.object({ id, name: z.string() }).nullable(),
  invoice: z.object({ id, invoiceNumber: z.string() }).nullable(),
  createdAt: instant,
  grantedAt: instant.nullable(),
  expiresAt: instant.nullable(),
  paidAt: instant.nullable(),
})
export type Purchase = z.infer<typeof purchase>
export const purchasesQuery = pageQuery.extend({ status: purchaseStatus.optional() })
export const purchasesResponse = z.object({ purchases: z.array(purchase), nextCursor: z.string().nullable() })
export type PurchasesResponse = z.infer<typeof purchasesResponse>

/** What a page needs to let the person finish the bank's authentication of a purchase. */
export const authenticationResponse = z.object({
  purchase,
  clientSecret: z.string().nullable().describe('null: nothing is left to authenticate'),
  paymentIntentId: z.string().nullable(),
  paymentMethodId: z
    .string()
    .nullable()
    .describe('of a stored card: the bank refused it without its owner, so it is confirmed once more by its id'),
  publishableKey: z.string().nullable(),
  stripeJsUrl: z.string().nullable(),
})
export type AuthenticationResponse = z.infer<typeof authenticationResponse>

// ── Stored cards

export const cardsResponse = z.object({
  isAvailable: z.boolean().describe('false: Stripe is not configured, so none can be added or charged'),
  cards: purchaseOptionsResponse.shape.storedCards.describe('the default first'),
})
export type CardsResponse = z.infer<typeof cardsResponse>
export const cardRemovedResponse = cardsResponse.extend({
  autoPurchaseStopped: z.boolean().describe('it was the last card, so the auto-purchase is off'),
})
export type CardRemovedResponse = z.infer<typeof cardRemovedResponse>
export const cardSetupResponse = z.object({
  clientSecret: z.string(),
  publishableKey: z.string(),
  stripeJsUrl: z.string(),
})
export type CardSetupResponse = z.infer<typeof cardSetupResponse>
export const cardSavedBody = z.object({ setupIntentId: stripeId('seti') })

// ── Invoices

/** What every document of a sale prints, fixed when it is issued. Yen; days in the hotel's time zone. */
const saleDocument = z.object({
  issuedOn: isoDate.describe('the day of the sale too'),
  issuer: z.object({
    name: z.string(),
    registrationNumber: z.string().regex(/^T\d{13}$/),
    postalCode: z.string(),
    address: z.string(),
    phone: z.string(),
    email: z.string(),
  }),
  recipient: z.object({ name: z.string(), email: z.string().nullable() }),
  lines: z.array(
    z.object({
      description: z.string(),
      quantity: z.number().int(),
      unitPriceYen: z.number().int().describe('without tax; negative for a discount'),
      netYen: z.number().int(),
      taxRate: z.number(),
    }),
  ),
  /** Tax is computed once for each rate, rounded down. */
  taxes: z.array(z.object({ rate: z.number(), netYen: z.number().int(), taxYen: z.number().int() })),
  netYen: z.number().int(),
  taxYen: z.number().int(),
  totalYen: z.number().int(),
})

/** A qualified invoice that is to be paid by transfer. */
export const invoiceSnapshot = saleDocument.extend({
  invoiceNumber: z.string(),
  dueOn: isoDate,
  bank: z.object({
    bankName: z.string(),
    branch: z.string(),
    accountType: z.enum(['ORDINARY', 'CURRENT']),
    accountNumber: z.string(),
    accountHolder: z.string(),
  }),
})
export type InvoiceSnapshot = z.infer<typeof invoiceSnapshot>

/** A receipt of a payment by card: a qualified invoice too (適格請求書), and nothing is left to pay. */
export const receiptSnapshot = saleDocument.extend({ receiptNumber: z.string(), paidBy: z.literal('CARD') })
export type ReceiptSnapshot = z.infer<typeof receiptSnapshot>

export const invoice = z.object({
  id,
  purchaseId: id,
  invoiceNumber: z.string(),
  status: z.enum(['ISSUED', 'OVERDUE', 'PAID', 'VOID']),
  issuedOn: isoDate,
  dueOn: isoDate,
  totalYen: yen,
  paidYen: yen,
  credits: z.number().int(),
  creditsGranted: z.boolean(),
  paidAt: instant.nullable(),
})
export type Invoice = z.infer<typeof invoice>
export const invoicesResponse = z.object({ invoices: z.array(invoice), nextCursor: z.string().nullable() })
export type InvoicesResponse = z.infer<typeof invoicesResponse>

/** Who the hotel's invoices are made out and sent to. */
export const billingProfileBody = z.object({
  recipientName: z.string().trim().max(100).describe("empty: the hotel's name"),
  invoiceEmail: z.email().max(254).nullable(),
})
export type BillingProfile = z.infer<typeof billingProfileBody>

// ── Auto-purchase

export const autoPurchaseBody = z.object({
  enabled: z.boolean(),
  threshold: z.number().int().min(0).max(1_000_000).describe('credits: at or below this, credits are bought'),
  purchaseAmount: creditAmount.describe('credits; the smallest package that covers them is bought'),
  monthlyCapYen: yen.nullable().describe('yen with tax a calendar month; null: no cap'),
})
export type AutoPurchaseBody = z.infer<typeof autoPurchaseBody>
export const autoPurchaseResponse = autoPurchaseBody.extend({
  stoppedReason: z.string().nullable().describe('why it was switched off by itself'),
  stoppedMessage: z.string().nullable(),
  failures: z.number().int().describe('in a row'),
  spentThisMonthYen: yen,
  package: creditPackage.nullable().describe('what would be bought now'),
})
export type AutoPurchase = z.infer<typeof autoPurchaseResponse>

export const autoPurchaseDecisions = [
  'STARTED',
  'BOUGHT',
  'NEEDS_AUTHENTICATION',
  'IN_FLIGHT',
  'TOO_SOON',
  'CAP_REACHED',
  'NO_CARD',
  'NO_PACKAGE',
  'FAILED',
  'SWITCHED_OFF',
] as const
export const autoPurchaseDecision = z.object({
  id,
  decision: z.enum(autoPurchaseDecisions),
  available: z.number().int(),
  threshold: z.number().int(),
  purchaseId: id.nullable(),
  totalYen: yen.nullable(),
  monthSpentYen: yen.nullable(),
  reason: z.string().nullable(),
  /** The decision as a sentence for the hotel. */
  message: z.string(),
  createdAt: instant,
})
export type AutoPurchaseDecision = z.infer<typeof autoPurchaseDecision>
export const autoPurchaseDecisionsResponse = z.object({
  decisions: z.array(autoPurchaseDecision),
  nextCursor: z.string().nullable(),
})
export type AutoPurchaseDecisionsResponse = z.infer<typeof autoPurchaseDecisionsResponse>
