import type { Transfer, TransfersQuery, TransfersResponse } from '#shared/schemas/operator'
import { decodeCursor, instantPosition } from '../../../utils/cursor'
import type { Context } from '../../../utils/context'
import type { Database } from '../../../utils/db'
import { notFound } from '../../../utils/errors'
import { anyOf, Conditions, contains, cut, isAmount, positionOf } from './conditions'

interface Row {
  id: string
  received_on: string
  amount_yen: number
  allocated_yen: number
  payer_name: string
  reference: string
  note: string
  source: 'manual' | 'file'
  person: Transfer['person']
  created_at: Date
  allocations: Transfer['allocations'] | null
  at: number
}

const select = `
  SELECT b.id, b.received_on::text, b.amount_yen, b.allocated_yen, b.payer_name, b.reference, b.note, b.source,
         CASE WHEN u.id IS NOT NULL THEN jsonb_build_object('id', u.id, 'name', u.name) END AS person, b.created_at,
         (SELECT jsonb_agg(jsonb_build_object('hotel', jsonb_build_object('tenantId', t.id, 'name', t.name), 'invoiceId', i.id,
                   'invoiceNumber', i.invoice_number, 'amountYen', y.amount_yen) ORDER BY y.created_at, y.id)
            FROM invoice_payments y
            JOIN invoices i ON i.tenant_id = y.tenant_id AND i.id = y.invoice_id
            JOIN tenants t ON t.id = y.tenant_id
           WHERE y.transfer_id = b.id) AS allocations, ${positionOf('b.received_on::timestamptz')}
    FROM bank_transfers b LEFT JOIN users u ON u.id = b.recorded_by`

/** What arrived at the bank, the newest first, and how much of it waits to be allocated. */
export async function listTransfers(ctx: Context, db: Database, query: TransfersQuery): Promise<TransfersResponse> {
  const conditions = new Conditions()
    .add(ctx.tenantId, (name) => `b.tenant_id = ${name}`)
    .add(query.from, (name) => `b.received_on >= ${name}`)
    .add(query.to, (name) => `b.received_on <= ${name}`)
    .add(
      query.search || undefined,
      anyOf(contains('b.payer_name'), contains('b.note'), contains('b.reference'), isAmount('b.amount_yen')),
    )
    .after(query.cursor ? decodeCursor(query.cursor, instantPosition) : null, 'b.received_on::timestamptz', 'b.id')
  const limit = conditions.parameter(query.limit + 1)
  const states = { OPEN: 'b.allocated_yen < b.amount_yen', ALLOCATED: 'b.allocated_yen = b.amount_yen' }
  const [{ rows }, totals] = await Promise.all([
    db.jobs.query<Row>(
      `${select} WHERE ${query.state ? states[query.state] : 'true'} AND ${conditions.where}
        ORDER BY b.received_on::timestamptz DESC, b.id DESC LIMIT ${limit}`,
      conditions.values,
    ),
    readTotals(ctx, db),
  ])
  const { shown, nextCursor } = cut(rows, query.limit)
  return { transfers: shown.map(present), totals, nextCursor }
}

/** @throws NOT_FOUND */
export async function getTransfer(ctx: Context, db: Database, id: string): Promise<Transfer> {
  const { rows } = await db.jobs.query<Row>(`${select} WHERE b.tenant_id = $1 AND b.id = $2`, [ctx.tenantId, id])
  if (!rows[0]) throw notFound()
  return present(rows[0])
}

async function readTotals(ctx: Context, db: Database): Promise<TransfersResponse['totals']> {
  const { rows } = await db.jobs.query<TransfersResponse['totals']>(
    `SELECT b."unallocatedYen", b.unallocated, i."outstandingYen", i.outstanding
       FROM (SELECT coalesce(sum(amount_yen - allocated_yen), 0)::float8 AS "unallocatedYen", count(*)::int AS unallocated
               FROM bank_transfers WHERE tenant_id = $1 AND allocated_yen < amount_yen) AS b,
            (SELECT coalesce(sum(total_yen - paid_yen), 0)::float8 AS "outstandingYen", count(*)::int AS outstanding
               FROM invoices WHERE status = 'ISSUED') AS i`,
    [ctx.tenantId],
  )
  return rows[0] ?? { unallocatedYen: 0, unallocated: 0, outstandingYen: 0, outstanding: 0 }
}

function present(row: Row): Transfer {
  return {
    id: row.id,
    receivedOn: row.received_on,
    amountYen: row.amount_yen,
    allocatedYen: row.allocated_yen,
    unallocatedYen: row.amount_yen - row.allocated_yen,
    payerName: row.payer_name,
    reference: row.reference,
    note: row.note,
    source: row.source,
    person: row.person,
    createdAt: row.created_at.toISOString(),
    allocations: row.allocations ?? [],
  }
}
