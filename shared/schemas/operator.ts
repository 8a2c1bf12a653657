import { z } from 'zod'
import { isRegistrationNumber } from '../utils/registration-number'
import { id, instant, isoDate, pageQuery } from './common'
import { creditAmount } from './credits'
import { paymentMethod, purchaseSource, purchaseStatus, yen } from './payments'

/** The platform operator's side of payments: what is seen and done over all hotels. */

const hotel = z.object({ tenantId: id, name: z.string() })
const person = z.object({ id, name: z.string() }).nullable()
const search = z.string().trim().max(100).optional()
/** Of a path to something that belongs to a hotel. */
export const hotelParams = z.object({ tenantId: id })
export const hotelThingParams = z.object({ tenantId: id, id })

// ── Packages

export const packageBody = z
  .object({
    displayName: z.string().trim().min(1).max(60),
    description: z.string().trim().max(200),
    marketingHighlight: z.string().trim().max(40).nullable(),
    planType: z.string().max(40).nullable().describe('null: every plan'),
    creditsAmount: creditAmount,
    listPriceYen: yen.min(1).describe('without a discount, without tax'),
    priceYen: yen.min(1).describe('what is paid, without tax'),
    isBulkPackage: z.boolean(),
    isPromotional: z.boolean(),
    active: z.boolean(),
    validFrom: isoDate.nullable().describe('first day of sale, in the platform’s time zone'),
    validUntil: isoDate.nullable().describe('last day of sale, inclusive'),
  })
  .refine(({ priceYen, listPriceYen }) => priceYen <= listPriceYen, {
    path: ['priceYen'],
    params: { problem: 'aboveListPrice' },
  })
  .refine(({ validFrom, validUntil }) => !validFrom || !validUntil || validFrom <= validUntil, {
    path: ['validUntil'],
    params: { problem: 'daysReversed' },
  })
export type PackageBody = z.infer<typeof packageBody>

export const operatorPackage = packageBody.safeExtend({
  id,
  onSale: z.boolean().describe('active and within its days'),
  purchases: z.number().int().describe('completed or on credit, ever'),
  updatedAt: instant,
})
export type OperatorPackage = z.infer<typeof operatorPackage>
export const operatorPackagesResponse = z.object({
  packages: z.array(operatorPackage),
  plans: z.array(z.object({ code: z.string(), name: z.string() })),
  taxRate: z.number(),
})
export type OperatorPackagesResponse = z.infer<typeof operatorPackagesResponse>

// ── Issuer

export const issuerBody = z.object({
  issuerName: z.string().trim().min(1).max(100),
  registrationNumber: z
    .string()
    .trim()
    .refine(isRegistrationNumber, { params: { problem: 'registrationNumber' } })
    .describe('T and 13 digits, the first of them the check digit'),
  postalCode: z
    .string()
    .trim()
    .regex(/^\d{3}-\d{4}$/),
  address: z.string().trim().min(1).max(200),
  phone: z
    .string()
    .trim()
    .regex(/^[\d()+-]{6,20}$/),
  email: z.email().max(254),
  bankName: z.string().trim().min(1).max(60),
  bankBranch: z.string().trim().min(1).max(60),
  bankAccountType: z.enum(['ORDINARY', 'CURRENT']),
  bankAccountNumber: z
    .string()
    .trim()
    .regex(/^\d{7}$/),
  bankAccountHolder: z
    .string()
    .trim()
    .max(60)
    .regex(/^[ァ-ヶー・A-Z0-9 ()().,/\-「」]+$/u)
    .describe('in katakana, as the bank keeps it'),
  paymentTermDays: z.number().int().min(0).max(120).describe('days from issue to due'),
})
export type IssuerBody = z.infer<typeof issuerBody>
export const issuerResponse = z.object({
  issuer: issuerBody.extend({ registrationNumber: z.string().nullable(), updatedAt: instant }).nullable(),
})
export type IssuerResponse = z.infer<typeof issuerResponse>

// ── How hotels are billed

export const hotelsQuery = pageQuery.extend({
  hotel: search,
  overdue: z.stringbool().optional().describe('only hotels with an overdue invoice'),
})
export type HotelsQuery = z.infer<typeof hotelsQuery>
export const billedHotel = z.object({
  hotel,
  planType: z.string(),
  customerNumber: z.number().int().nullable().describe('null: never billed'),
  recipientName: z.string().describe('on the invoices'),
  invoiceEmail: z.string().nullable(),
  creditLimitYen: yen,
  onCreditYen: yen.describe('of the outstanding: credits granted, money still due'),
  outstandingYen: yen,
  overdueYen: yen,
  overdueInvoices: z.number().int(),
  oldestDueOn: isoDate.nullable().describe('of what is outstanding'),
})
export type BilledHotel = z.infer<typeof billedHotel>
export const hotelsResponse = z.object({
  hotels: z.array(billedHotel),
  totals: z.object({ outstandingYen: z.number().int(), overdueYen: z.number().int(), overdueHotels: z.number().int() }),
  nextCursor: z.string().nullable(),
})
export type HotelsResponse = z.infer<typeof hotelsResponse>
export const creditLimitBody = z.object({
  invoiceCreditLimitYen: yen.describe('0: credits come with the money'),
})
export type CreditLimitBody = z.infer<typeof creditLimitBody>
export const creditLimitResponse = z.object({ creditLimitYen: yen })

// ── What happened

/** One line of the audit, as a timeline shows it. */
export const timelineEntry = z.object({
  at: instant,
  eventType: z.string(),
  source: z.string().describe('api, webhook, task, job'),
  person,
  amountYen: z.number().int().nullable(),
  reason: z.string().nullable().describe('in the operator’s words, or Stripe’s decline code'),
})
export type TimelineEntry = z.infer<typeof timelineEntry>

// ── Purchases

export const operatorPurchasesQuery = pageQuery.extend({
  hotel: search,
  status: purchaseStatus.optional(),
  paymentMethod: paymentMethod.optional(),
  from: isoDate.optional(),
  to: isoDate.optional().describe('inclusive'),
})
export type OperatorPurchasesQuery = z.infer<typeof operatorPurchasesQuery>
export const operatorPurchase = z.object({
  hotel,
  id,
  status: purchaseStatus,
  paymentMethod,
  source: purchaseSource,
  packageName: z.string(),
  credits: z.number().int(),
  priceYen: yen.describe('without tax'),
  totalYen: yen.describe('with tax'),
  invoiceNumber: z.string().nullable(),
  createdAt: instant,
})
export type OperatorPurchase = z.infer<typeof operatorPurchase>
export const operatorPurchasesResponse = z.object({
  purchases: z.array(operatorPurchase),
  nextCursor: z.string().nullable(),
})
export type OperatorPurchasesResponse = z.infer<typeof operatorPurchasesResponse>
export const operatorPurchaseDetail = operatorPurchase.extend({
  listPriceYen: yen,
  discountYen: yen,
  taxYen: yen,
  person,
  invoiceId: id.nullable(),
  stripePaymentIntentId: z.string().nullable(),
  stripeCustomerId: z.string().nullable(),
  failureCode: z.string().nullable(),
  declineCode: z.string().nullable(),
  grantedAt: instant.nullable(),
  expiresAt: instant.nullable(),
  paidAt: instant.nullable(),
  timeline: z.array(timelineEntry),
})
export type OperatorPurchaseDetail = z.infer<typeof operatorPurchaseDetail>

// ── Invoices

export const invoiceFilters = ['OPEN', 'OVERDUE', 'PAID', 'VOID'] as const
export const operatorInvoicesQuery = pageQuery.extend({
  status: z.enum(invoiceFilters).optional().describe('OPEN: issued and not wholly paid, overdue or not'),
  search: search.describe('in the hotel’s name, the recipient and the number; or the open amount'),
})
export type OperatorInvoicesQuery = z.infer<typeof operatorInvoicesQuery>
export const operatorInvoice = z.object({
  hotel,
  id,
  purchaseId: id,
  invoiceNumber: z.string(),
  status: z.enum(['ISSUED', 'OVERDUE', 'PAID', 'VOID']),
  recipientName: z.string(),
  issuedOn: isoDate,
  dueOn: isoDate,
  totalYen: yen,
  paidYen: yen,
  openYen: yen,
  credits: z.number().int(),
  creditsGranted: z.boolean(),
  canVoid: z.boolean(),
})
export type OperatorInvoice = z.infer<typeof operatorInvoice>
export const operatorInvoicesResponse = z.object({
  invoices: z.array(operatorInvoice),
  nextCursor: z.string().nullable(),
})
export type OperatorInvoicesResponse = z.infer<typeof operatorInvoicesResponse>
export const operatorInvoiceDetail = operatorInvoice.extend({
  recipientEmail: z.string().nullable(),
  payments: z.array(
    z.object({
      transferId: id,
      receivedOn: isoDate,
      payerName: z.string(),
      amountYen: yen,
      person,
      createdAt: instant,
    }),
  ),
  timeline: z.array(timelineEntry),
})
export type OperatorInvoiceDetail = z.infer<typeof operatorInvoiceDetail>
export const voidInvoiceBody = z.object({ reason: z.string().trim().min(3).max(500) })
export type VoidInvoiceBody = z.infer<typeof voidInvoiceBody>
export const voidInvoiceResponse = z.object({ invoiceNumber: z.string() })
export type VoidInvoiceResponse = z.infer<typeof voidInvoiceResponse>

// ── Transfers

export const allocation = z.object({
  tenantId: id.describe('the hotel'),
  invoiceId: id,
  amountYen: yen.min(1),
})
export type Allocation = z.infer<typeof allocation>
const eachInvoiceOnce = (list: { tenantId: string; invoiceId: string }[]) =>
  new Set(list.map(({ tenantId, invoiceId }) => `${tenantId} ${invoiceId}`)).size === list.length
const twice = { params: { problem: 'twice' } }

export const transferBody = z.object({
  receivedOn: isoDate,
  amountYen: yen.min(1),
  payerName: z.string().trim().min(1).max(100),
  reference: z.string().trim().max(100).default('').describe('the bank’s own, where it gives one'),
  note: z.string().trim().max(500).default(''),
  occurrence: z.number().int().min(1).max(99).default(1).describe('tells equal transfers of one day apart'),
  allocations: z.array(allocation).max(50).refine(eachInvoiceOnce, twice).default([]),
})
export type TransferBody = z.infer<typeof transferBody>
export const allocateBody = z.object({ allocations: z.array(allocation).min(1).max(50).refine(eachInvoiceOnce, twice) })
export type AllocateBody = z.infer<typeof allocateBody>

export const transferOutcome = z.object({
  transferId: id,
  unallocatedYen: yen,
  invoices: z.array(
    z.object({
      hotel,
      invoiceId: id,
      invoiceNumber: z.string(),
      openYen: yen.describe('still to pay'),
      creditsGranted: z.number().int().describe('by this transfer'),
    }),
  ),
})
export type TransferOutcome = z.infer<typeof transferOutcome>

export const transfersQuery = pageQuery.extend({
  state: z.enum(['OPEN', 'ALLOCATED']).optional().describe('OPEN: something of it is not allocated'),
  search: search.describe('in the payer, the note and the bank’s reference; or the amount'),
  from: isoDate.optional(),
  to: isoDate.optional().describe('inclusive'),
})
export type TransfersQuery = z.infer<typeof transfersQuery>
export const transfer = z.object({
  id,
  receivedOn: isoDate,
  amountYen: yen,
  allocatedYen: yen,
  unallocatedYen: yen,
  payerName: z.string(),
  reference: z.string(),
  note: z.string(),
  source: z.enum(['manual', 'file']),
  person,
  createdAt: instant,
  allocations: z.array(z.object({ hotel, invoiceId: id, invoiceNumber: z.string(), amountYen: yen })),
})
export type Transfer = z.infer<typeof transfer>
export const transfersResponse = z.object({
  transfers: z.array(transfer),
  totals: z.object({
    unallocatedYen: z.number().int(),
    unallocated: z.number().int().describe('transfers'),
    outstandingYen: z.number().int(),
    outstanding: z.number().int().describe('invoices'),
  }),
  nextCursor: z.string().nullable(),
})
export type TransfersResponse = z.infer<typeof transfersResponse>

/** Lines of a bank file that the operator has chosen. */
export const transferLinesBody = z.object({ lines: z.array(transferBody).min(1).max(500) })
export type TransferLinesBody = z.infer<typeof transferLinesBody>
export const transferLinesResponse = z.object({
  results: z.array(
    z.discriminatedUnion('outcome', [
      z.object({ outcome: z.literal('RECORDED'), transfer: transferOutcome }),
      z.object({
        outcome: z.literal('REFUSED'),
        code: z.string(),
        details: z.record(z.string(), z.unknown()),
      }),
    ]),
  ),
})
export type TransferLinesResponse = z.infer<typeof transferLinesResponse>

// ── Webhook inbox

export const webhookStatuses = ['RECEIVED', 'PROCESSED', 'IGNORED', 'SET_ASIDE', 'FAILED'] as const
export const webhookStatus = z.enum(webhookStatuses)
export type WebhookStatus = z.infer<typeof webhookStatus>
export const webhooksQuery = pageQuery.extend({
  status: webhookStatus.optional(),
  type: z.string().trim().max(100).optional(),
  search: search.describe('in the event’s id, its object’s id, the hotel and the error'),
})
export type WebhooksQuery = z.infer<typeof webhooksQuery>
/** Stripe's own: evt_… */
export const webhookParams = z.object({ id: z.string().regex(/^[\w-]{1,200}$/) })
export const webhook = z.object({
  id: z.string(),
  type: z.string(),
  status: webhookStatus,
  attempts: z.number().int(),
  error: z.string().nullable().describe('a code where it was set aside, else what was thrown'),
  hotel: hotel.nullable(),
  objectId: z.string().nullable(),
  createdAt: instant.describe('at Stripe'),
  receivedAt: instant,
  processedAt: instant.nullable(),
})
export type Webhook = z.infer<typeof webhook>
export const webhooksResponse = z.object({
  events: z.array(webhook),
  types: z.array(z.string()),
  counts: z.object({ failed: z.number().int(), setAside: z.number().int(), waiting: z.number().int() }),
  nextCursor: z.string().nullable(),
})
export type WebhooksResponse = z.infer<typeof webhooksResponse>
export const webhookDetail = webhook.extend({ payload: z.json().describe('as it came, without secrets') })
export type WebhookDetail = z.infer<typeof webhookDetail>
export const webhookRetryResponse = z.object({ status: webhookStatus, error: z.string().nullable() })
export type WebhookRetryResponse = z.infer<typeof webhookRetryResponse>
export const webhooksRetryResponse = z.object({ retried: z.number().int(), failed: z.number().int() })
export type WebhooksRetryResponse = z.infer<typeof webhooksRetryResponse>

// ── Bank file

export const bankFileUpload = z.object({
  file: z.any().describe('全銀 (入出金取引明細, 振込入金通知) or CSV; Shift_JIS or UTF-8'),
})
export const bankFileLine = z.object({
  line: z.number().int().describe('of the file, from 1'),
  receivedOn: isoDate,
  amountYen: yen,
  payerName: z.string(),
  reference: z.string(),
  occurrence: z.number().int(),
  known: z.object({ transferId: id, recordedBy: z.string().nullable(), recordedAt: instant }).nullable(),
  isDoubtful: z
    .boolean()
    .describe('one of this day, amount and payer is recorded with another reference: perhaps the same, by hand'),
  reason: z.enum([
    'INVOICE_NUMBER',
    'PAYER_AND_AMOUNT',
    'ONLY_INVOICE_OF_AMOUNT',
    'TWO_INVOICES_OF_PAYER',
    'AMBIGUOUS',
    'NOTHING_FITS',
  ]),
  shares: z
    .array(allocation.extend({ invoiceNumber: z.string(), hotelName: z.string(), openYen: yen }))
    .describe('what is proposed; nothing is written yet'),
})
export type BankFileLine = z.infer<typeof bankFileLine>
export const bankFilePreview = z.object({
  format: z.enum(['ZENGIN_STATEMENT', 'ZENGIN_TRANSFERS', 'CSV']).nullable(),
  lines: z.array(bankFileLine),
  problems: z.array(z.object({ line: z.number().int(), problem: z.string() })),
})
export type BankFilePreview = z.infer<typeof bankFilePreview>
