import type { TransferBody, TransferLinesBody, TransferLinesResponse, TransferOutcome } from '#shared/schemas/operator'
import { dayOf, toDateColumn } from '#shared/utils/calendar'
import { type Context, userIdOf } from '../../../utils/context'
import type { Database, Transaction } from '../../../utils/db'
import { AppError } from '../../../utils/errors'
import { runOnce } from '../../../utils/idempotency'
import { newId } from '../../../utils/ids'
import { invalidInput } from '../../../utils/invalid-input'
import { recordChange } from '../../audit/record-audit'
import { bindTo } from './act-at'
import { lockInvoices, payInvoices, sumOf } from './allocate'
import { payerKey } from './payer-key'

interface Recording {
  body: TransferBody
  source: 'manual' | 'file'
  idempotencyKey: string
}

/**
 * Records what arrived at the platform's bank, and pays invoices of it, together or not at all. What is not
 * allocated stays visible as such.
 * @throws TRANSFER_KNOWN when somebody has recorded it, with who and when and the occurrence another one would have;
 * TRANSFER_SPENT, INVOICE_SETTLED when more would be allocated than there is; NOT_FOUND for no invoice
 */
export async function recordTransfer(ctx: Context, db: Database, input: Recording): Promise<TransferOutcome> {
  const { body } = input
  if (body.receivedOn > dayOf(ctx.now, ctx.tenant.timeZone))
    throw invalidInput([{ path: 'receivedOn', problem: 'inFuture' }])
  const askedYen = sumOf(body.allocations)
  if (askedYen > body.amountYen) throw new AppError('TRANSFER_SPENT', { leftYen: body.amountYen, askedYen })
  const request = { key: input.idempotencyKey, route: 'operator/transfers', body }
  return runOnce(ctx, request, (complete) =>
    ctx.db.transaction(async (tx) => {
      const payables = await lockInvoices(tx, body.allocations)
      await bindTo(tx, ctx.tenantId)
      const transferId = await insert(tx, ctx, input, askedYen)
      const invoices = await payInvoices(tx, ctx, db, { transferId, payables })
      await bindTo(tx, ctx.tenantId)
      await recordChange(tx, ctx, {
        eventType: 'payments.transfer_recorded',
        entityType: 'bank_transfers',
        entityId: transferId,
        action: 'create',
        after: { ...body, source: input.source },
      })
      const answer = { transferId, unallocatedYen: body.amountYen - askedYen, invoices }
      await complete(tx, answer)
      return answer
    }),
  )
}

/** The bank file's lines, each in a transaction of its own: one that is refused keeps none of the others back. */
export async function recordTransfers(
  ctx: Context,
  db: Database,
  input: { body: TransferLinesBody; idempotencyKey: string },
): Promise<TransferLinesResponse> {
  const results: TransferLinesResponse['results'] = []
  for (const [index, body] of input.body.lines.entries()) {
    const idempotencyKey = `${input.idempotencyKey}:${index}`
    try {
      const transfer = await recordTransfer(ctx, db, { body, source: 'file', idempotencyKey })
      results.push({ outcome: 'RECORDED', transfer })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      results.push({ outcome: 'REFUSED', code: error.code, details: error.details })
    }
  }
  return { results }
}

async function insert(tx: Transaction, ctx: Context, { body, source }: Recording, allocatedYen: number) {
  const identity = {
    tenantId: ctx.tenantId,
    receivedOn: toDateColumn(body.receivedOn),
    amountYen: body.amountYen,
    payerKey: payerKey(body.payerName),
    reference: body.reference,
  }
  const id = newId()
  // Waits for an operator who is recording the same one at this moment, and then finds theirs.
  const { count } = await tx.bankTransfer.createMany({
    data: [
      {
        ...identity,
        id,
        occurrence: body.occurrence,
        payerName: body.payerName,
        allocatedYen,
        note: body.note,
        source,
        recordedBy: userIdOf(ctx),
        createdAt: ctx.now,
      },
    ],
    skipDuplicates: true,
  })
  if (count === 0) throw await knownTransfer(tx, identity, body.occurrence)
  return id
}

async function knownTransfer(
  tx: Transaction,
  identity: { tenantId: string; receivedOn: Date; amountYen: number; payerKey: string; reference: string },
  occurrence: number,
): Promise<AppError> {
  const alike = await tx.bankTransfer.findMany({ where: identity, orderBy: { occurrence: 'asc' } })
  const known = alike.find((one) => one.occurrence === occurrence)
  const recorder = known?.recordedBy
    ? await tx.user.findUnique({ where: { id: known.recordedBy }, select: { name: true } })
    : null
  return new AppError('TRANSFER_KNOWN', {
    transferId: known?.id ?? null,
    recordedBy: recorder?.name ?? null,
    recordedAt: known?.createdAt.toISOString() ?? null,
    nextOccurrence: Math.max(0, ...alike.map((one) => one.occurrence)) + 1,
  })
}
