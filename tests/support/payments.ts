import { randomUUID } from 'node:crypto'
import { buyCredits } from '../../server/domains/payments/buy-credits'
import { newId } from '../../server/utils/ids'
import type { TestDatabase } from './database'
import { contextFor, type TestHotel } from './hotel'

/** The opening packages, and what an invoice for one comes to with tax. */
export const packages = {
  small: { id: '00000000-0000-7000-8000-000000000101', credits: 100, totalYen: 1320 },
  middle: { id: '00000000-0000-7000-8000-000000000102', credits: 500, totalYen: 6050 },
  large: { id: '00000000-0000-7000-8000-000000000103', credits: 2000, totalYen: 22_000 },
} as const
export type TestPackage = keyof typeof packages

/** A number whose check digit is right and that belongs to nobody. */
export const registrationNumber = 'T9999999999999'

/** Somebody to issue invoices: the same in every test, so that it does not matter which came first. */
export async function makeIssuer(db: TestDatabase): Promise<void> {
  await db.owner.query(
    `INSERT INTO platform_billing (id, issuer_name, registration_number, postal_code, address, phone, email, bank_name,
       bank_branch, bank_account_type, bank_account_number, bank_account_holder, payment_term_days, updated_at)
     VALUES (1, 'ホテルメンバー株式会社', $1, '100-0001', '東京都千代田区千代田1-1', '03-0000-0000', 'billing@test.example',
       'みほん銀行', '本店', 'ORDINARY', '1234567', 'ホテルメンバー(カ', 30, now()) ON CONFLICT (id) DO NOTHING`,
    [registrationNumber],
  )
}

export interface TestInvoice {
  tenantId: string
  id: string
  invoiceNumber: string
  purchaseId: string
  totalYen: number
}

/** A hotel buys by invoice: its credits come with the money, unless its limit is set high enough. */
export async function makeInvoice(
  db: TestDatabase,
  hotel: TestHotel,
  { pack = 'middle', now = new Date() }: { pack?: TestPackage; now?: Date } = {},
): Promise<TestInvoice> {
  await makeIssuer(db)
  const ctx = contextFor(db, hotel, { now })
  const answer = await buyCredits(ctx, {
    body: { packageId: packages[pack].id, paymentMethod: 'invoice' },
    idempotencyKey: randomUUID(),
  })
  const { transactionId: purchaseId } = answer.purchase
  const invoice = await ctx.db.read((tx) =>
    tx.invoice.findUniqueOrThrow({ where: { tenantId_purchaseId: { tenantId: ctx.tenantId, purchaseId } } }),
  )
  const { id, invoiceNumber, totalYen } = invoice
  return { tenantId: ctx.tenantId, id, invoiceNumber, purchaseId, totalYen }
}

/** A stored card, as the mirror keeps it. */
export async function makeCard(db: TestDatabase, hotel: TestHotel): Promise<void> {
  await db.owner.query(
    `INSERT INTO payment_methods (tenant_id, id, stripe_payment_method_id, brand, last4, exp_month, exp_year, is_default, created_at)
     VALUES ($1, $2, $3, 'visa', '4242', 12, 2039, true, now())`,
    [hotel.tenant.id, newId(), `pm_${newId().replaceAll('-', '')}`],
  )
}

/** An event of Stripe's as the inbox keeps it. */
export async function makeWebhookEvent(
  db: TestDatabase,
  event: { type?: string; status?: string; error?: string | null; object?: object } = {},
): Promise<string> {
  const id = `evt_${newId().replaceAll('-', '')}`
  const { type = 'customer.updated', status = 'FAILED', error = null, object = { id: 'obj_1' } } = event
  await db.owner.query(
    `INSERT INTO webhook_events (id, type, payload, status, attempts, error, object_id, created_at, received_at)
     VALUES ($1, $2, $3, $4, 1, $5, $3::jsonb #>> '{data,object,id}', now(), now())`,
    [id, type, JSON.stringify({ id, object: 'event', type, data: { object } }), status, error],
  )
  return id
}

/** The money of some hotels' invoices and of all transfers, and whether the sums agree. */
export async function moneyOf(db: TestDatabase, tenantIds: string[]) {
  const invoices = await db.owner.query<{
    id: string
    status: string
    total_yen: number
    paid_yen: number
    allocated: number
    purchase_status: string
    granted: number
  }>(
    `SELECT i.id, i.status, i.total_yen, i.paid_yen, p.status AS purchase_status,
            coalesce((SELECT sum(y.amount_yen) FROM invoice_payments y WHERE y.tenant_id = i.tenant_id AND y.invoice_id = i.id), 0)::int AS allocated,
            (SELECT count(*) FROM ai_credit_transactions c WHERE c.tenant_id = i.tenant_id AND c.idempotency_key = 'purchase:' || p.id)::int AS granted
       FROM invoices i JOIN credit_purchases p ON p.tenant_id = i.tenant_id AND p.id = i.purchase_id
      WHERE i.tenant_id = ANY ($1)`,
    [tenantIds],
  )
  const transfers = await db.owner.query<{ id: string; amount_yen: number; allocated_yen: number; allocated: number }>(
    `SELECT b.id, b.amount_yen, b.allocated_yen,
            coalesce((SELECT sum(y.amount_yen) FROM invoice_payments y WHERE y.transfer_id = b.id), 0)::int AS allocated
       FROM bank_transfers b`,
  )
  return { invoices: invoices.rows, transfers: transfers.rows }
}
