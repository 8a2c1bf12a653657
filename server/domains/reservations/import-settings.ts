import type { ImportSettings } from '#shared/schemas/reservations'
import { Prisma } from '../../generated/prisma/client'
import type { Context } from '../../utils/context'
import type { Transaction } from '../../utils/db'
import { recordChange } from '../audit/record-audit'

/** How this hotel's files are read where an import does not say otherwise. */
export function getImportSettings(ctx: Context): Promise<ImportSettings> {
  return ctx.db.read((tx) => readImportSettings(tx, ctx))
}

export async function readImportSettings(tx: Transaction, ctx: Context): Promise<ImportSettings> {
  const row = await tx.tenantSettings.findUnique({ where: { tenantId: ctx.tenantId } })
  return {
    hotelLabel: row?.importHotelLabel ?? null,
    currency: row?.importCurrency ?? 'JPY',
    yenRate: row?.importYenRate.toNumber() ?? 1,
  }
}

export function setImportSettings(ctx: Context, settings: ImportSettings): Promise<ImportSettings> {
  return ctx.db.transaction(async (tx) => {
    const before = await readImportSettings(tx, ctx)
    const data = {
      importHotelLabel: settings.hotelLabel || null,
      importCurrency: settings.currency,
      importYenRate: new Prisma.Decimal(settings.currency === 'JPY' ? 1 : settings.yenRate),
      updatedAt: ctx.now,
    }
    await tx.tenantSettings.upsert({
      where: { tenantId: ctx.tenantId },
      create: { tenantId: ctx.tenantId, ...data },
      update: data,
    })
    const after = await readImportSettings(tx, ctx)
    await recordChange(tx, ctx, {
      eventType: 'reservations.import_settings_changed',
      entityType: 'tenant_settings',
      entityId: ctx.tenantId,
      action: 'update',
      before: { ...before },
      after: { ...after },
    })
    return after
  })
}
