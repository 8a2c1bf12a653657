import type {
  OperatorPurchase,
  OperatorPurchaseDetail,
  OperatorPurchasesQuery,
  OperatorPurchasesResponse,
} from '#shared/schemas/operator'
import { paymentMethod, purchaseSource, purchaseStatus } from '#shared/schemas/payments'
import { addDays, startOfDay } from '#shared/utils/calendar'
import type { Context } from '../../../utils/context'
import { decodeCursor, instantPosition } from '../../../utils/cursor'
import type { Database } from '../../../utils/db'
import { notFound } from '../../../utils/errors'
import { Conditions, contains, cut, positionOf } from './conditions'
import { readTimeline } from './timeline'

interface Row {
  tenant_id: string
  hotel_name: string
  id: string
  status: string
  payment_method: string
  source: string
  display_name: string
  credits_amount: number
  price_yen: number
  total_yen: number
  invoice_number: string | null
  created_at: Date
  at: number
}

/** All hotels' purchases, the newest first; days are the platform's. */
export async function listPurchases(
  ctx: Context,
  db: Database,
  query: OperatorPurchasesQuery,
): Promise<OperatorPurchasesResponse> {
  const { timeZone } = ctx.tenant
  const conditions = new Conditions()
    .add(query.hotel || undefined, contains('t.name'))
    .add(query.status, (name) => `p.status = ${name}`)
    .add(query.paymentMethod, (name) => `p.payment_method = ${name}`)
    .add(query.from && startOfDay(query.from, timeZone), (name) => `p.created_at >= ${name}`)
    .add(query.to && startOfDay(addDays(query.to, 1), timeZone), (name) => `p.created_at < ${name}`)
    .after(query.cursor ? decodeCursor(query.cursor, instantPosition) : null, 'p.created_at', 'p.id')
  const limit = conditions.parameter(query.limit + 1)
  const { rows } = await db.jobs.query<Row>(
    `SELECT p.tenant_id, t.name AS hotel_name, p.id, p.status, p.payment_method, p.source, k.display_name, p.credits_amount,
            p.price_yen, p.total_yen, i.invoice_number, p.created_at, ${positionOf('p.created_at')}
       FROM credit_purchases p
       JOIN tenants t ON t.id = p.tenant_id
       JOIN ai_credit_packages k ON k.id = p.package_id
       LEFT JOIN invoices i ON i.tenant_id = p.tenant_id AND i.purchase_id = p.id
      WHERE ${conditions.where} ORDER BY p.created_at DESC, p.id DESC LIMIT ${limit}`,
    conditions.values,
  )
  const { shown, nextCursor } = cut(rows, query.limit)
  return { purchases: shown.map(present), nextCursor }
}

function present(row: Row): OperatorPurchase {
  return {
    hotel: { tenantId: row.tenant_id, name: row.hotel_name },
    id: row.id,
    status: purchaseStatus.parse(row.status),
    paymentMethod: paymentMethod.parse(row.payment_method),
    source: purchaseSource.parse(row.source),
    packageName: row.display_name,
    credits: row.credits_amount,
    priceYen: row.price_yen,
    totalYen: row.total_yen,
    invoiceNumber: row.invoice_number,
    createdAt: row.created_at.toISOString(),
  }
}

/** One purchase with what became of it. @throws NOT_FOUND */
export async function getPurchase(db: Database, tenantId: string, id: string): Promise<OperatorPurchaseDetail> {
  const hotel = await db.global.tenant.findUnique({ where: { id: tenantId }, select: { name: true } })
  if (!hotel) throw notFound()
  return db.forTenant(tenantId).read(async (tx) => {
    const row = await tx.creditPurchase.findUnique({
      where: { tenantId_id: { tenantId, id } },
      include: { package: { select: { displayName: true } }, invoice: { select: { id: true, invoiceNumber: true } } },
    })
    if (!row) throw notFound()
    const buyer = row.userId && (await tx.user.findUnique({ where: { id: row.userId }, select: { name: true } }))
    return {
      hotel: { tenantId, name: hotel.name },
      id,
      status: purchaseStatus.parse(row.status),
      paymentMethod: paymentMethod.parse(row.paymentMethod),
      source: purchaseSource.parse(row.source),
      packageName: row.package.displayName,
      credits: row.creditsAmount,
      listPriceYen: row.listPriceYen,
      discountYen: row.discountYen,
      priceYen: row.priceYen,
      taxYen: row.taxYen,
      totalYen: row.totalYen,
      person: row.userId && buyer ? { id: row.userId, name: buyer.name } : null,
      invoiceId: row.invoice?.id ?? null,
      invoiceNumber: row.invoice?.invoiceNumber ?? null,
      stripePaymentIntentId: row.stripePaymentIntentId,
      stripeCustomerId: row.stripeCustomerId,
      failureCode: row.failureCode,
      declineCode: row.declineCode,
      createdAt: row.createdAt.toISOString(),
      grantedAt: row.grantedAt?.toISOString() ?? null,
      expiresAt: row.expiresAt?.toISOString() ?? null,
      paidAt: row.paidAt?.toISOString() ?? null,
      timeline: await readTimeline(tx, tenantId, [id, ...(row.invoice ? [row.invoice.id] : [])]),
    }
  })
}
