import { idParams } from '#shared/schemas/common'
import type {
  AuthenticationResponse,
  PaymentMethod,
  Purchase,
  PurchaseSource,
  PurchaseStatus,
  PurchasesResponse,
} from '#shared/schemas/payments'
import type { Prisma } from '../../generated/prisma/client'
import type { Context } from '../../utils/context'
import { decodeCursor, encodeCursor } from '../../utils/cursor'
import type { Transaction } from '../../utils/db'
import { notFound } from '../../utils/errors'
import { namesOf } from '../identity/people'
import { askStripe } from './charge-card'
import { declineMessage } from './decline-codes'
import { browserStripe } from './purchase-options'

const withRelations = {
  package: { select: { displayName: true } },
  invoice: { select: { id: true, invoiceNumber: true } },
} satisfies Prisma.CreditPurchaseInclude
type Row = Prisma.CreditPurchaseGetPayload<{ include: typeof withRelations }>

/** The hotel's purchases, newest first. */
export function listPurchases(
  ctx: Context,
  query: { cursor?: string; limit: number; status?: PurchaseStatus },
): Promise<PurchasesResponse> {
  return ctx.db.read(async (tx) => {
    const rows = await tx.creditPurchase.findMany({
      where: {
        tenantId: ctx.tenantId,
        status: query.status,
        // UUIDv7: the ids follow time.
        ...(query.cursor ? { id: { lt: decodeCursor(query.cursor, idParams).id } } : {}),
      },
      include: withRelations,
      orderBy: { id: 'desc' },
      take: query.limit + 1,
    })
    const shown = rows.slice(0, query.limit)
    const last = shown.at(-1)
    return {
      purchases: await present(tx, ctx, shown),
      nextCursor: rows.length > query.limit && last ? encodeCursor({ id: last.id }) : null,
    }
  })
}

/** @throws NOT_FOUND */
export async function getPurchase(ctx: Context, id: string): Promise<Purchase> {
  return ctx.db.read(async (tx) => {
    const row = await tx.creditPurchase.findUnique({
      where: { tenantId_id: { tenantId: ctx.tenantId, id } },
      include: withRelations,
    })
    const [purchase] = row ? await present(tx, ctx, [row]) : []
    if (!purchase) throw notFound()
    return purchase
  })
}

/**
 * What a person needs to finish the authentication that the bank asks for, as Stripe knows it now.
 * @throws NOT_FOUND, PAYMENT_PROVIDER_UNAVAILABLE
 */
export async function getAuthentication(ctx: Context, id: string): Promise<AuthenticationResponse> {
  const row = await ctx.db.read((tx) =>
    tx.creditPurchase.findUnique({ where: { tenantId_id: { tenantId: ctx.tenantId, id } } }),
  )
  if (!row) throw notFound()
  const { publishableKey, stripeJsUrl } = browserStripe()
  const intentId = row.status === 'REQUIRES_ACTION' ? row.stripePaymentIntentId : null
  const charge = intentId ? await askStripe(ctx, row, intentId) : null
  return {
    purchase: await getPurchase(ctx, id),
    clientSecret: charge?.clientSecret ?? null,
    paymentIntentId: row.stripePaymentIntentId,
    paymentMethodId: row.stripePaymentMethodId,
    publishableKey,
    stripeJsUrl,
  }
}

async function present(tx: Transaction, ctx: Context, rows: Row[]): Promise<Purchase[]> {
  const names = await namesOf(
    tx,
    rows.flatMap((row) => row.userId ?? []),
  )
  return rows.map((row) => ({
    id: row.id,
    status: row.status as PurchaseStatus,
    paymentMethod: row.paymentMethod as PaymentMethod,
    source: row.source as PurchaseSource,
    credits: row.creditsAmount,
    packageId: row.packageId,
    packageName: row.package.displayName,
    listPriceYen: row.listPriceYen,
    discountYen: row.discountYen,
    priceYen: row.priceYen,
    taxYen: row.taxYen,
    totalYen: row.totalYen,
    failureMessage:
      row.status === 'FAILED' || row.status === 'CANCELED'
        ? declineMessage(ctx.locale, row.failureCode, row.declineCode)
        : null,
    user: row.userId ? { id: row.userId, name: names.get(row.userId) ?? '' } : null,
    invoice: row.invoice,
    createdAt: row.createdAt.toISOString(),
    grantedAt: row.grantedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    paidAt: row.paidAt?.toISOString() ?? null,
  }))
}
