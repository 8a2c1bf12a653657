import type { AdjustmentBody, AdjustmentResponse } from '#shared/schemas/credits'
import { userIdOf, type Context } from '../../utils/context'
import { callIn, type Database, type Transaction } from '../../utils/db'
import { AppError, notFound } from '../../utils/errors'
import { runOnce } from '../../utils/idempotency'
import { recordAudit } from '../audit/record-audit'
import { grantPriority, purchaseExpiry } from './rules'
import { grantStatement, withdrawStatement, type GrantRow, type WithdrawRow } from './statements'

/**
 * An operator's correction of a hotel's balance: a new ledger entry, never a changed one. What is added is a
 * bonus grant that lives as long as a purchase; what is taken is taken from what is not held.
 * @param ctx of the operator; @param db to reach the hotel's account
 * @throws NOT_FOUND for an unknown account, INSUFFICIENT_CREDITS when more would be taken than is available
 */
export async function adjustCredits(
  ctx: Context,
  db: Database,
  input: { body: AdjustmentBody; idempotencyKey: string },
): Promise<AdjustmentResponse> {
  const { body } = input
  const hotel = await findHotelOf(db, body.accountId)
  const request = { key: input.idempotencyKey, route: 'credits/adjustments', body }
  return runOnce(ctx, request, (complete) =>
    db.forTenant(hotel.tenantId).transaction(async (tx) => {
      if (body.correctsTransactionId) await requireEntry(tx, hotel.tenantId, body)
      const entry = {
        tenantId: hotel.tenantId,
        type: 'ADJUSTMENT' as const,
        amount: Math.abs(body.credits),
        userId: userIdOf(ctx),
        description: body.reason,
        referenceId: body.correctsTransactionId ?? null,
        idempotencyKey: `adjustment:${userIdOf(ctx)}:${input.idempotencyKey}`,
        now: ctx.now,
      }
      const row =
        body.credits > 0
          ? await callIn<GrantRow>(
              tx,
              grantStatement({
                ...entry,
                source: 'BONUS',
                unitPriceYen: '0',
                expiresAt: purchaseExpiry(ctx.now, hotel.timeZone),
                priority: grantPriority.BONUS,
              }),
            )
          : await callIn<WithdrawRow>(tx, withdrawStatement(entry))
      if (row.outcome === 'NO_ACCOUNT') throw notFound()
      if (row.outcome === 'INSUFFICIENT') {
        throw new AppError('INSUFFICIENT_CREDITS', {
          needed: entry.amount,
          available: row.available,
          missing: entry.amount - row.available,
        })
      }
      if (row.outcome === 'KNOWN') await requireSame(tx, hotel.tenantId, row.transaction_id, body)
      else await audit(tx, ctx, hotel.tenantId, body, row)
      const answer = { transactionId: row.transaction_id, balance: row.balance, available: row.available }
      // The operator's key lies under the platform's tenant, the work under the hotel's: one transaction, bound in turn.
      await tx.$executeRaw`SELECT bind_tenant(${ctx.tenantId}::uuid)`
      await complete(tx, answer)
      return answer
    }),
  )
}

async function findHotelOf(db: Database, accountId: string): Promise<{ tenantId: string; timeZone: string }> {
  const { rows } = await db.jobs.query<{ tenant_id: string; time_zone: string }>(
    'SELECT a.tenant_id, t.time_zone FROM ai_credit_accounts a JOIN tenants t ON t.id = a.tenant_id WHERE a.id = $1 AND a.deleted_at IS NULL',
    [accountId],
  )
  if (!rows[0]) throw notFound()
  return { tenantId: rows[0].tenant_id, timeZone: rows[0].time_zone }
}

/** A key is forgotten after a day, the ledger's memory of it is not: what it did then is the answer, not done again. */
async function requireSame(tx: Transaction, tenantId: string, id: string, body: AdjustmentBody): Promise<void> {
  const entry = await tx.aiCreditTransaction.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } })
  const isSame = entry.creditsAmount === body.credits && entry.description === body.reason
  if (!isSame) throw new AppError('IDEMPOTENCY_CONFLICT')
}

function audit(
  tx: Transaction,
  ctx: Context,
  tenantId: string,
  body: AdjustmentBody,
  row: { balance: number },
): Promise<void> {
  return recordAudit(tx, {
    tenantId,
    userId: userIdOf(ctx),
    source: 'api',
    eventType: 'credits.adjusted',
    entityType: 'ai_credit_accounts',
    entityId: body.accountId,
    action: 'adjust',
    before: { balance: row.balance - body.credits },
    after: { balance: row.balance, reason: body.reason },
    requestId: ctx.requestId,
    now: ctx.now,
  })
}

async function requireEntry(tx: Transaction, tenantId: string, body: AdjustmentBody): Promise<void> {
  const entry = await tx.aiCreditTransaction.findUnique({
    where: { tenantId_id: { tenantId, id: body.correctsTransactionId ?? '' } },
  })
  if (entry?.accountId !== body.accountId) throw notFound()
}
