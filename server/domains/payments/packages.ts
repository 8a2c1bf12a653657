import type { CreditPackage, PackagesResponse } from '#shared/schemas/payments'
import type { Prisma } from '../../generated/prisma/client'
import type { Context } from '../../utils/context'
import type { Transaction } from '../../utils/db'
import { AppError } from '../../utils/errors'
import { priceOf } from './rules'

export type PackageRow = Prisma.AiCreditPackageGetPayload<object>

/** What the hotel may buy now: of its plan, active and within its dates; the fewest credits first. */
export function packagesOf(tx: Transaction, ctx: Pick<Context, 'tenant' | 'now'>): Promise<PackageRow[]> {
  return tx.aiCreditPackage.findMany({
    where: {
      active: true,
      AND: [
        { OR: [{ planType: null }, { planType: ctx.tenant.planCode }] },
        { OR: [{ validFrom: null }, { validFrom: { lte: ctx.now } }] },
        { OR: [{ validUntil: null }, { validUntil: { gt: ctx.now } }] },
      ],
    },
    orderBy: [{ creditsAmount: 'asc' }, { priceYen: 'asc' }, { id: 'asc' }],
  })
}

/** @throws PACKAGE_NOT_AVAILABLE for one that is not on sale to this hotel */
export async function requirePackage(tx: Transaction, ctx: Context, packageId: string): Promise<PackageRow> {
  const pack = (await packagesOf(tx, ctx)).find(({ id }) => id === packageId)
  if (!pack) throw new AppError('PACKAGE_NOT_AVAILABLE')
  return pack
}

export function listPackages(ctx: Context): Promise<PackagesResponse> {
  return ctx.db.read(async (tx) => ({ packages: (await packagesOf(tx, ctx)).map(presentPackage) }))
}

export function presentPackage(pack: PackageRow): CreditPackage {
  return {
    id: pack.id,
    creditsAmount: pack.creditsAmount,
    listPriceYen: pack.listPriceYen,
    priceYen: pack.priceYen,
    priceWithTaxYen: priceOf(pack).totalYen,
    discountRate: Number(pack.discountRate ?? 0),
    isBulkPackage: pack.isBulkPackage,
    isPromotional: pack.isPromotional,
    displayName: pack.displayName,
    description: pack.description,
    marketingHighlight: pack.marketingHighlight,
    validUntil: pack.validUntil?.toISOString() ?? null,
  }
}
