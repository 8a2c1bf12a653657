import type { IssuerBody, IssuerResponse } from '#shared/schemas/operator'
import type { PlatformBilling } from '../../../generated/prisma/client'
import type { Context } from '../../../utils/context'
import type { Transaction } from '../../../utils/db'
import { recordChange } from '../../audit/record-audit'

/** The platform has one issuer. */
const onlyId = 1

/** Who issues the invoices and where they are paid; null until an operator has said so. */
export function getIssuer(ctx: Context): Promise<IssuerResponse> {
  return ctx.db.read(async (tx) => {
    const row = await find(tx)
    return { issuer: row && { ...present(row), updatedAt: row.updatedAt.toISOString() } }
  })
}

/** From the next invoice on; those that are issued keep what they say. */
export function saveIssuer(ctx: Context, body: IssuerBody): Promise<IssuerResponse> {
  return ctx.db.transaction(async (tx) => {
    const before = await find(tx)
    const data = { ...body, updatedAt: ctx.now }
    await tx.platformBilling.upsert({ where: { id: onlyId }, create: { id: onlyId, ...data }, update: data })
    await recordChange(tx, ctx, {
      eventType: 'payments.issuer_changed',
      entityType: 'platform_billing',
      entityId: null,
      action: before ? 'update' : 'create',
      before: before ? present(before) : undefined,
      after: body,
    })
    return { issuer: { ...body, updatedAt: ctx.now.toISOString() } }
  })
}

const find = (tx: Transaction) => tx.platformBilling.findUnique({ where: { id: onlyId } })

function present({ id: _, updatedAt: __, bankAccountType, ...row }: PlatformBilling) {
  return { ...row, bankAccountType: bankAccountType === 'CURRENT' ? ('CURRENT' as const) : ('ORDINARY' as const) }
}
