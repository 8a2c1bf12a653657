import type {
  OperatorInvoice,
  OperatorInvoiceDetail,
  OperatorInvoicesQuery,
  OperatorInvoicesResponse,
} from '#shared/schemas/operator'
import { decodeCursor, instantPosition } from '../../../utils/cursor'
import type { Database } from '../../../utils/db'
import { notFound } from '../../../utils/errors'
import { platformTenantId } from '../../identity/sessions'
import { anyOf, Conditions, contains, cut, isAmount, positionOf } from './conditions'
import { readTimeline } from './timeline'

interface Row {
  tenant_id: string
  hotel_name: string
  id: string
  purchase_id: string
  purchase_status: string
  invoice_number: string
  status: 'ISSUED' | 'PAID' | 'VOID'
  overdue: boolean
  recipient_name: string
  issued_on: string
  due_on: string
  total_yen: number
  paid_yen: number
  credits_amount: number
  at: number
}

/** $1 is now: an invoice is overdue from the day after it was due, in the hotel's time zone. */
const isOverdue = `(i.status = 'ISSUED' AND i.due_on < ($1::timestamptz AT TIME ZONE t.time_zone)::date)`
const columns = `i.tenant_id, t.name AS hotel_name, i.id, i.purchase_id, p.status AS purchase_status, i.invoice_number, i.status,
  ${isOverdue} AS overdue, i.snapshot #>> '{recipient,name}' AS recipient_name, i.issued_on::text, i.due_on::text,
  i.total_yen, i.paid_yen, p.credits_amount, ${positionOf('i.created_at')}`
const source = `invoices i
  JOIN tenants t ON t.id = i.tenant_id
  JOIN credit_purchases p ON p.tenant_id = i.tenant_id AND p.id = i.purchase_id`

const stateConditions: Record<NonNullable<OperatorInvoicesQuery['status']>, string> = {
  OPEN: `i.status = 'ISSUED'`,
  OVERDUE: isOverdue,
  PAID: `i.status = 'PAID'`,
  VOID: `i.status = 'VOID'`,
}

/** All hotels' invoices, the newest first. */
export async function listInvoices(
  db: Database,
  query: OperatorInvoicesQuery,
  now: Date,
): Promise<OperatorInvoicesResponse> {
  const conditions = new Conditions()
  conditions.parameter(now)
  conditions
    .add(
      query.search || undefined,
      anyOf(
        contains('t.name'),
        contains(`i.snapshot #>> '{recipient,name}'`),
        contains('i.invoice_number'),
        isAmount('i.total_yen - i.paid_yen'),
      ),
    )
    .after(query.cursor ? decodeCursor(query.cursor, instantPosition) : null, 'i.created_at', 'i.id')
  const limit = conditions.parameter(query.limit + 1)
  const { rows } = await db.jobs.query<Row>(
    `SELECT ${columns} FROM ${source}
      WHERE ${query.status ? stateConditions[query.status] : 'true'} AND ${conditions.where}
      ORDER BY i.created_at DESC, i.id DESC LIMIT ${limit}`,
    conditions.values,
  )
  const { shown, nextCursor } = cut(rows, query.limit)
  return { invoices: shown.map(present), nextCursor }
}

function present(row: Row): OperatorInvoice {
  return {
    hotel: { tenantId: row.tenant_id, name: row.hotel_name },
    id: row.id,
    purchaseId: row.purchase_id,
    invoiceNumber: row.invoice_number,
    status: row.overdue ? 'OVERDUE' : row.status,
    recipientName: row.recipient_name,
    issuedOn: row.issued_on,
    dueOn: row.due_on,
    totalYen: row.total_yen,
    paidYen: row.paid_yen,
    openYen: row.status === 'ISSUED' ? row.total_yen - row.paid_yen : 0,
    credits: row.credits_amount,
    creditsGranted: ['COMPLETED', 'ON_CREDIT'].includes(row.purchase_status),
    canVoid: row.status === 'ISSUED' && row.paid_yen === 0 && row.purchase_status === 'AWAITING_TRANSFER',
  }
}

/** One invoice with the transfers that paid it and what happened. @throws NOT_FOUND */
export async function getInvoice(
  db: Database,
  tenantId: string,
  id: string,
  now: Date,
): Promise<OperatorInvoiceDetail> {
  const { rows } = await db.jobs.query<Row & { recipient_email: string | null }>(
    `SELECT ${columns}, i.recipient_email FROM ${source} WHERE i.tenant_id = $2 AND i.id = $3`,
    [now, tenantId, id],
  )
  const [row] = rows
  if (!row) throw notFound()
  const [{ rows: payments }, timeline] = await Promise.all([
    db.jobs.query<OperatorInvoiceDetail['payments'][number]>(
      `SELECT y.transfer_id AS "transferId", b.received_on::text AS "receivedOn", b.payer_name AS "payerName",
              y.amount_yen AS "amountYen", to_json(y.created_at AT TIME ZONE 'UTC') #>> '{}' || 'Z' AS "createdAt",
              CASE WHEN u.id IS NOT NULL THEN jsonb_build_object('id', u.id, 'name', u.name) END AS person
         FROM invoice_payments y
         JOIN bank_transfers b ON b.tenant_id = $3 AND b.id = y.transfer_id
         LEFT JOIN users u ON u.id = y.recorded_by
        WHERE y.tenant_id = $1 AND y.invoice_id = $2 ORDER BY y.created_at, y.id`,
      [tenantId, id, platformTenantId],
    ),
    db.forTenant(tenantId).read((tx) => readTimeline(tx, tenantId, [id, row.purchase_id])),
  ])
  return { ...present(row), recipientEmail: row.recipient_email, payments, timeline }
}
