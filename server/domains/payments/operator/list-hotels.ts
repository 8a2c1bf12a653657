import { z } from 'zod'
import type { BilledHotel, HotelsQuery, HotelsResponse } from '#shared/schemas/operator'
import { decodeCursor, encodeCursor } from '../../../utils/cursor'
import type { Database } from '../../../utils/db'
import { Conditions, contains } from './conditions'

const position = z.object({ name: z.string(), id: z.uuid() })

/** What is due of an invoice, and since when it is overdue: from the day after, in the hotel's time zone. */
const outstanding = `
  SELECT i.tenant_id, i.total_yen - i.paid_yen AS open_yen, i.due_on, p.status = 'ON_CREDIT' AS on_credit,
         i.due_on < ($1::timestamptz AT TIME ZONE t.time_zone)::date AS overdue
    FROM invoices i
    JOIN credit_purchases p ON p.tenant_id = i.tenant_id AND p.id = i.purchase_id
    JOIN tenants t ON t.id = i.tenant_id
   WHERE i.status = 'ISSUED'`

interface Row {
  id: string
  name: string
  plan_code: string
  customer_number: number | null
  recipient_name: string
  invoice_email: string | null
  credit_limit_yen: number
  on_credit_yen: number
  outstanding_yen: number
  overdue_yen: number
  overdue_invoices: number
  oldest_due_on: string | null
}

/** Every hotel by name: its limit, what is outstanding and what of it is overdue. */
export async function listHotels(db: Database, query: HotelsQuery, now: Date): Promise<HotelsResponse> {
  const after = query.cursor ? decodeCursor(query.cursor, position) : null
  const conditions = new Conditions()
  conditions.parameter(now)
  conditions.add(query.hotel || undefined, contains('t.name'))
  if (query.overdue) conditions.add(0, (zero) => `o.overdue_invoices > ${zero}`)
  if (after) {
    const name = conditions.parameter(after.name)
    conditions.add(after.id, (id) => `(t.name, t.id) > (${name}::text, ${id}::uuid)`)
  }
  const limit = conditions.parameter(query.limit + 1)
  const [{ rows }, totals] = await Promise.all([
    db.jobs.query<Row>(
      `SELECT t.id, t.name, t.plan_code, b.customer_number, coalesce(nullif(b.recipient_name, ''), t.name) AS recipient_name,
              b.invoice_email, coalesce(b.invoice_credit_limit_yen, 0) AS credit_limit_yen,
              coalesce(o.on_credit_yen, 0)::int AS on_credit_yen, coalesce(o.outstanding_yen, 0)::int AS outstanding_yen,
              coalesce(o.overdue_yen, 0)::int AS overdue_yen, coalesce(o.overdue_invoices, 0)::int AS overdue_invoices,
              o.oldest_due_on::text
         FROM tenants t
         JOIN organizations org ON org.hotel_tenant_id = t.id
         LEFT JOIN billing_accounts b ON b.tenant_id = t.id
         LEFT JOIN (
           SELECT tenant_id, sum(open_yen) AS outstanding_yen, sum(open_yen) FILTER (WHERE on_credit) AS on_credit_yen,
                  sum(open_yen) FILTER (WHERE overdue) AS overdue_yen, count(*) FILTER (WHERE overdue) AS overdue_invoices,
                  min(due_on) AS oldest_due_on
             FROM (${outstanding}) AS due GROUP BY tenant_id
         ) AS o ON o.tenant_id = t.id
        WHERE ${conditions.where} ORDER BY t.name, t.id LIMIT ${limit}`,
      conditions.values,
    ),
    readTotals(db, now),
  ])
  const shown = rows.slice(0, query.limit)
  const last = shown.at(-1)
  return {
    hotels: shown.map(present),
    totals,
    nextCursor: rows.length > query.limit && last ? encodeCursor({ name: last.name, id: last.id }) : null,
  }
}

async function readTotals(db: Database, now: Date): Promise<HotelsResponse['totals']> {
  const { rows } = await db.jobs.query<HotelsResponse['totals']>(
    `SELECT coalesce(sum(open_yen), 0)::float8 AS "outstandingYen",
            coalesce(sum(open_yen) FILTER (WHERE overdue), 0)::float8 AS "overdueYen",
            count(DISTINCT tenant_id) FILTER (WHERE overdue)::int AS "overdueHotels" FROM (${outstanding}) AS due`,
    [now],
  )
  return rows[0] ?? { outstandingYen: 0, overdueYen: 0, overdueHotels: 0 }
}

function present(row: Row): BilledHotel {
  return {
    hotel: { tenantId: row.id, name: row.name },
    planType: row.plan_code,
    customerNumber: row.customer_number,
    recipientName: row.recipient_name,
    invoiceEmail: row.invoice_email,
    creditLimitYen: row.credit_limit_yen,
    onCreditYen: row.on_credit_yen,
    outstandingYen: row.outstanding_yen,
    overdueYen: row.overdue_yen,
    overdueInvoices: row.overdue_invoices,
    oldestDueOn: row.oldest_due_on,
  }
}
