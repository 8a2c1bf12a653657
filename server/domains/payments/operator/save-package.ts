import type { OperatorPackage, PackageBody } from '#shared/schemas/operator'
import { addDays, startOfDay } from '#shared/utils/calendar'
import type { Context } from '../../../utils/context'
import type { Transaction } from '../../../utils/db'
import { notFound } from '../../../utils/errors'
import { runOnce } from '../../../utils/idempotency'
import { newId } from '../../../utils/ids'
import { invalidInput } from '../../../utils/invalid-input'
import { recordChange } from '../../audit/record-audit'
import { presentPackage } from './list-packages'

/** A package more to choose from. @throws INVALID_INPUT for a plan that does not exist */
export function createPackage(
  ctx: Context,
  input: { body: PackageBody; idempotencyKey: string },
): Promise<OperatorPackage> {
  const request = { key: input.idempotencyKey, route: 'operator/packages', body: input.body }
  return runOnce(ctx, request, (complete) =>
    ctx.db.transaction(async (tx) => {
      await requirePlan(tx, input.body.planType)
      const columns = columnsOf(ctx, input.body)
      const row = await tx.aiCreditPackage.create({ data: { ...columns, id: newId(), createdAt: ctx.now } })
      await recordChange(tx, ctx, {
        eventType: 'payments.package_created',
        entityType: 'ai_credit_packages',
        entityId: row.id,
        action: 'create',
        after: input.body,
      })
      const answer = presentPackage(ctx, row, 0)
      await complete(tx, answer)
      return answer
    }),
  )
}

/**
 * What a package is from now on. What was bought keeps its figures: a purchase copies them. A package is never
 * deleted, only switched off, for purchases name it.
 * @throws NOT_FOUND, INVALID_INPUT for a plan that does not exist
 */
export function changePackage(ctx: Context, id: string, body: PackageBody): Promise<OperatorPackage> {
  return ctx.db.transaction(async (tx) => {
    await tx.$queryRaw`SELECT FROM ai_credit_packages WHERE id = ${id}::uuid FOR UPDATE`
    const before = await tx.aiCreditPackage.findUnique({ where: { id } })
    if (!before) throw notFound()
    await requirePlan(tx, body.planType)
    const row = await tx.aiCreditPackage.update({ where: { id }, data: columnsOf(ctx, body) })
    const { purchases: _, onSale: __, ...known } = presentPackage(ctx, before, 0)
    await recordChange(tx, ctx, {
      eventType: 'payments.package_changed',
      entityType: 'ai_credit_packages',
      entityId: id,
      action: 'update',
      before: known,
      after: body,
    })
    return presentPackage(ctx, row, 0)
  })
}

function columnsOf(ctx: Context, { validFrom, validUntil, ...body }: PackageBody) {
  const { timeZone } = ctx.tenant
  return {
    ...body,
    validFrom: validFrom && startOfDay(validFrom, timeZone),
    validUntil: validUntil && startOfDay(addDays(validUntil, 1), timeZone),
    updatedAt: ctx.now,
  }
}

async function requirePlan(tx: Transaction, code: string | null): Promise<void> {
  if (code === null) return
  const plans = await tx.plan.findMany({ select: { code: true } })
  if (plans.some((plan) => plan.code === code)) return
  const allowed = plans.map((plan) => plan.code).join(', ')
  throw invalidInput([{ path: 'planType', problem: 'oneOf', values: { allowed } }])
}
