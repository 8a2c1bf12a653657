import type { BankFileLine, BankFilePreview } from '#shared/schemas/operator'
import { dayOf } from '#shared/utils/calendar'
import type { Context } from '../../../utils/context'
import type { Database } from '../../../utils/db'
import type { BankLine } from '../transfers/bank-line'
import { matchTransfers, type OpenInvoice } from '../transfers/match-transfers'
import { readBankFile } from '../transfers/read-bank-file'
import { payerKey } from './payer-key'

/** What a bank file says, what of it is recorded already, and what the rest would pay. Nothing is kept of it. */
export async function previewBankFile(ctx: Context, db: Database, content: Buffer): Promise<BankFilePreview> {
  const { format, lines, problems } = await readBankFile(content, dayOf(ctx.now, ctx.tenant.timeZone))
  const [alike, open] = await Promise.all([findAlike(ctx, db, lines), readOpenInvoices(ctx, db)])
  const isKnown = (line: BankLine) => knownOf(line, alike) !== null
  const invoices = new Map(open.map((invoice) => [invoice.invoiceId, invoice]))
  const matches = new Map(
    matchTransfers(
      lines.filter((line) => !isKnown(line)),
      open,
    ).map((match) => [match.line, match]),
  )
  return {
    format,
    problems,
    lines: lines.map((line) => {
      const match = matches.get(line)
      const known = knownOf(line, alike)
      return {
        ...line,
        known,
        isDoubtful: !known && alike.some((row) => isSamePayment(line, row) && row.reference !== line.reference),
        reason: match?.reason ?? 'NOTHING_FITS',
        shares: (match?.shares ?? []).map((share) => {
          const invoice = invoices.get(share.invoiceId)
          return {
            ...share,
            invoiceNumber: invoice?.invoiceNumber ?? '',
            hotelName: invoice?.hotelName ?? '',
            openYen: invoice?.openYen ?? 0,
          }
        }),
      }
    }),
  }
}

interface Recorded {
  id: string
  received_on: string
  amount_yen: number
  payer_key: string
  reference: string
  occurrence: number
  recorded_by: string | null
  created_at: Date
}

const isSamePayment = (line: BankLine, row: Recorded) =>
  row.received_on === line.receivedOn && row.amount_yen === line.amountYen && row.payer_key === payerKey(line.payerName)

function knownOf(line: BankLine, alike: Recorded[]): BankFileLine['known'] {
  const row = alike.find(
    (one) => isSamePayment(line, one) && one.reference === line.reference && one.occurrence === line.occurrence,
  )
  return row ? { transferId: row.id, recordedBy: row.recorded_by, recordedAt: row.created_at.toISOString() } : null
}

/** What is recorded of the same days, amounts and payers. */
async function findAlike(ctx: Context, db: Database, lines: BankLine[]): Promise<Recorded[]> {
  const { rows } = await db.jobs.query<Recorded>(
    `SELECT DISTINCT b.id, b.received_on::text, b.amount_yen, b.payer_key, b.reference, b.occurrence, u.name AS recorded_by,
            b.created_at
       FROM unnest($2::date[], $3::int[], $4::text[]) AS l (received_on, amount_yen, payer_key)
       JOIN bank_transfers b ON b.tenant_id = $1 AND b.received_on = l.received_on AND b.amount_yen = l.amount_yen
        AND b.payer_key = l.payer_key
       LEFT JOIN users u ON u.id = b.recorded_by`,
    [
      ctx.tenantId,
      lines.map((line) => line.receivedOn),
      lines.map((line) => line.amountYen),
      lines.map((line) => payerKey(line.payerName)),
    ],
  )
  return rows
}

/** With the names a hotel's money may come under: its own, its invoices', and those it has paid under before. */
async function readOpenInvoices(ctx: Context, db: Database): Promise<(OpenInvoice & { hotelName: string })[]> {
  const { rows } = await db.jobs.query<OpenInvoice & { hotelName: string }>(
    `SELECT i.tenant_id AS "tenantId", i.id AS "invoiceId", i.invoice_number AS "invoiceNumber",
            i.total_yen - i.paid_yen AS "openYen", t.name AS "hotelName",
            ARRAY[t.name, i.snapshot #>> '{recipient,name}'] || coalesce(paid.names, '{}') AS "payerNames"
       FROM invoices i
       JOIN tenants t ON t.id = i.tenant_id
       LEFT JOIN (
         SELECT y.tenant_id, array_agg(DISTINCT b.payer_name) AS names
           FROM invoice_payments y JOIN bank_transfers b ON b.tenant_id = $1 AND b.id = y.transfer_id
          GROUP BY y.tenant_id
       ) AS paid ON paid.tenant_id = i.tenant_id
      WHERE i.status = 'ISSUED' ORDER BY i.due_on, i.invoice_number`,
    [ctx.tenantId],
  )
  return rows
}
