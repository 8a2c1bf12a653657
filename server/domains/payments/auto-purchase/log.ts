import { z } from 'zod'
import type { AutoPurchaseDecision, AutoPurchaseDecisionsResponse } from '#shared/schemas/payments'
import { autoPurchaseDecision } from '#shared/schemas/payments'
import type { pageQuery } from '#shared/schemas/common'
import { Prisma } from '../../../generated/prisma/client'
import type { Context } from '../../../utils/context'
import { decodeCursor, encodeCursor } from '../../../utils/cursor'
import { text, type Locale } from '../../../utils/texts'
import { declineMessage } from '../decline-codes'

interface Row {
  id: string
  decision: string
  available: number
  threshold: number
  purchase_id: string | null
  total_yen: number | null
  month_spent_yen: number | null
  reason: string | null
  credits: number | null
  failure_code: string | null
  decline_code: string | null
  created_at: Date
  at: number
  step: number
}

/** What is decided, sent and answered within one run bears one instant: `step` says what came after what. */
const position = z.object({ at: z.number().int().min(0).max(8e15), step: z.number().int(), id: z.uuid() })

/** What the auto-purchase has decided, newest first, each as a sentence. */
export function listDecisions(
  ctx: Context,
  { cursor, limit }: z.output<typeof pageQuery>,
): Promise<AutoPurchaseDecisionsResponse> {
  const after = cursor ? decodeCursor(cursor, position) : null
  const step = Prisma.sql`CASE d.decision WHEN 'STARTED' THEN 0 WHEN 'SWITCHED_OFF' THEN 2 ELSE 1 END`
  const older = after
    ? Prisma.sql`AND (d.created_at, ${step}, d.id) <
        (timestamptz 'epoch' + ${after.at}::bigint * interval '1 microsecond', ${after.step}::int, ${after.id}::uuid)`
    : Prisma.empty
  return ctx.db.read(async (tx) => {
    const rows = await tx.$queryRaw<Row[]>`
      SELECT d.*, p.credits_amount AS credits, p.failure_code, p.decline_code, ${step} AS step,
             (extract(epoch FROM d.created_at) * 1000000)::float8 AS at
        FROM auto_purchase_decisions d
        LEFT JOIN credit_purchases p ON p.tenant_id = ${ctx.tenantId}::uuid AND p.id = d.purchase_id
       WHERE d.tenant_id = ${ctx.tenantId}::uuid ${older}
       ORDER BY d.created_at DESC, ${step} DESC, d.id DESC LIMIT ${limit + 1}`
    const shown = rows.slice(0, limit)
    const last = shown.at(-1)
    return {
      decisions: shown.map((row) => present(ctx.locale, row)),
      nextCursor: rows.length > limit && last ? encodeCursor({ at: last.at, step: last.step, id: last.id }) : null,
    }
  })
}

function present(locale: Locale, row: Row): AutoPurchaseDecision {
  return {
    id: row.id,
    decision: autoPurchaseDecision.shape.decision.parse(row.decision),
    available: row.available,
    threshold: row.threshold,
    purchaseId: row.purchase_id,
    totalYen: row.total_yen,
    monthSpentYen: row.month_spent_yen,
    reason: row.decision === 'SWITCHED_OFF' ? presentStop(locale, row.reason).reason : ownReason(row.reason),
    message: sentence(locale, row),
    createdAt: row.created_at.toISOString(),
  }
}

/** Our own reasons only: what the bank says of a card is nobody's to read here. */
const ownReason = (reason: string | null) => (reason === 'MISSING' || reason === 'EXPIRED' ? reason : null)

function sentence(locale: Locale, row: Row): string {
  const number = (value: number | null) => (value ?? 0).toLocaleString(locale)
  const key = row.decision === 'NO_CARD' ? `NO_CARD_${ownReason(row.reason) ?? 'MISSING'}` : row.decision
  return text(locale, `payments.autoPurchase.decisions.${key}`, {
    available: number(row.available),
    threshold: number(row.threshold),
    credits: number(row.credits),
    totalYen: number(row.total_yen),
    monthSpentYen: number(row.month_spent_yen),
    why:
      row.decision === 'SWITCHED_OFF'
        ? presentStop(locale, row.reason).message
        : declineMessage(locale, row.failure_code, row.decline_code),
  })
}

/**
 * Why it was switched off by itself, and what to do. Which of its refusals the bank gave is not told: "lost" and
 * "stolen" are between the bank and the card's holder.
 */
export function presentStop(
  locale: Locale,
  reason: string | null,
): { reason: 'THREE_FAILURES' | 'NO_CARD' | 'CARD_REFUSED'; message: string } {
  const shown = reason === 'THREE_FAILURES' || reason === 'NO_CARD' ? reason : 'CARD_REFUSED'
  return { reason: shown, message: text(locale, `payments.autoPurchase.stopped.${shown}`) }
}
