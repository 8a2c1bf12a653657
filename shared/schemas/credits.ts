import { z } from 'zod'
import { id, instant, isoDate, pageQuery } from './common'

export const aiFunctionTypes = ['chatbot', 'recommendation', 'prediction', 'analysis', 'custom'] as const
export const aiFunctionType = z.enum(aiFunctionTypes)
export type AiFunctionType = z.infer<typeof aiFunctionType>

export const transactionTypes = [
  'USAGE',
  'PURCHASE',
  'MONTHLY_RESET',
  'BONUS',
  'REFUND',
  'EXPIRY',
  'ADJUSTMENT',
] as const
export const transactionType = z.enum(transactionTypes)

/** Whole credits of one movement. The ceiling keeps a slip of the finger from overflowing a balance. */
export const creditAmount = z.number().int().min(1).max(10_000_000)

export const balanceResponse = z.object({
  account: z.object({ accountId: id, tenantId: id, planType: z.string() }),
  balance: z.object({
    currentBalance: z.number().int(),
    availableBalance: z.number().int().describe('currentBalance less what running AI calls have reserved'),
    monthlyFreeCredits: z.number().int(),
    usedThisMonth: z.number().int(),
    totalPurchased: z.number().int(),
    estimatedDaysLeft: z.number().int().nullable().describe('days; null when nothing was used in the last 14 days'),
    expiring: z.array(z.object({ credits: z.number().int(), expiresAt: instant })),
  }),
  autoPurchase: z.object({ enabled: z.boolean(), threshold: z.number().int(), purchaseAmount: z.number().int() }),
  usage: z.object({
    topFunctions: z.array(
      z.object({ functionType: z.string(), creditsUsed: z.number().int(), percentage: z.number() }),
    ),
    dailyUsage: z.array(z.object({ date: isoDate, credits: z.number().int() })),
  }),
})
export type BalanceResponse = z.infer<typeof balanceResponse>

export const transactionFilters = z.object({
  type: transactionType.optional(),
  functionType: aiFunctionType.optional(),
  userId: id.optional(),
  from: isoDate.optional(),
  to: isoDate.optional().describe('inclusive'),
})
export const transactionQuery = pageQuery.extend(transactionFilters.shape)
export type TransactionQuery = z.infer<typeof transactionQuery>

export const transaction = z.object({
  id,
  transactionType,
  creditsAmount: z.number().int().describe('signed'),
  balanceAfter: z.number().int(),
  functionType: z.string().nullable(),
  executionTimeMs: z.number().int().nullable(),
  costPerCredit: z.number().nullable().describe('yen'),
  totalCostYen: z.number().int().nullable(),
  user: z.object({ id, name: z.string() }).nullable(),
  description: z.string().nullable(),
  referenceId: id.nullable(),
  createdAt: instant,
})
export type CreditTransaction = z.infer<typeof transaction>
export const transactionsResponse = z.object({ transactions: z.array(transaction), nextCursor: z.string().nullable() })
export type TransactionsResponse = z.infer<typeof transactionsResponse>

/** Functions and persons that occur in the ledger, for the filters. */
export const transactionPeopleResponse = z.object({ people: z.array(z.object({ id, name: z.string() })) })

export const adjustmentBody = z.object({
  accountId: id,
  credits: z
    .number()
    .int()
    .min(-10_000_000)
    .max(10_000_000)
    .refine((credits) => credits !== 0, { params: { problem: 'zero' } })
    .describe('signed: positive adds a bonus grant, negative takes available credits away'),
  reason: z.string().trim().min(3).max(500),
  correctsTransactionId: id.optional().describe('the ledger entry this one corrects'),
})
export type AdjustmentBody = z.infer<typeof adjustmentBody>
export const adjustmentResponse = z.object({
  transactionId: id,
  balance: z.number().int(),
  available: z.number().int(),
})
export type AdjustmentResponse = z.infer<typeof adjustmentResponse>

/** For the platform's operators: every hotel's account, by name. */
export const accountsQuery = pageQuery.extend({ limit: z.coerce.number().int().min(1).max(500).default(500) })
export type AccountsQuery = z.infer<typeof accountsQuery>
export const accountsResponse = z.object({
  accounts: z.array(
    z.object({
      accountId: id,
      tenantId: id,
      hotelName: z.string(),
      planType: z.string(),
      currentBalance: z.number().int(),
      availableBalance: z.number().int(),
      usedThisMonth: z.number().int(),
    }),
  ),
  nextCursor: z.string().nullable(),
})
export type AccountsResponse = z.infer<typeof accountsResponse>
