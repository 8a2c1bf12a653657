import { yenRate, type ImportMapping, type ImportSettings, type ReservationImport } from '#shared/schemas/reservations'
import { firstCharacters } from '#shared/utils/text'
import type { Context } from '../../utils/context'
import { userIdOf } from '../../utils/context'
import { newId } from '../../utils/ids'
import { invalidInput } from '../../utils/invalid-input'
import { addJob } from '../../utils/jobs'
import { recordChange } from '../audit/record-audit'
import { pack } from './file/source'
import { surveyFile } from './file/survey'
import { getImport } from './get-import'
import { readImportSettings } from './import-settings'
import { refusingFiles } from './refusals'
import { runImport } from './run-import'

const maxFileName = 200

export interface ImportInput {
  fileName: string
  /** CSV, as it is or gzip. */
  content: Buffer
  mapping?: ImportMapping
  dryRun?: boolean
}

/**
 * Takes a file in and hands its import to the job runner. What can be seen at once to be wrong with it is refused
 * here: no CSV, no rows, columns missing.
 * @throws INVALID_FILE, INVALID_INPUT
 */
export async function startImport(ctx: Context, input: ImportInput): Promise<ReservationImport> {
  return getImport(ctx, await createImport(ctx, input, 'queued'))
}

/** The same, done when this returns: for the demonstration and for tests. */
export async function importReservations(ctx: Context, input: ImportInput): Promise<ReservationImport> {
  const importId = await createImport(ctx, input, 'running')
  await runImport(ctx, importId)
  return getImport(ctx, importId)
}

async function createImport(
  ctx: Context,
  { content, mapping = {}, dryRun = false, ...input }: ImportInput,
  status: 'queued' | 'running',
): Promise<string> {
  const packed = await refusingFiles(ctx, async () => {
    const packed = await pack(content)
    await surveyFile(packed, { mapping, headOnly: true })
    return packed
  })
  const id = newId()
  const fileName = firstCharacters(input.fileName, maxFileName)
  await ctx.db.transaction(
    async (tx) => {
      const settled = settle(mapping, await readImportSettings(tx, ctx))
      await tx.reservationImport.create({
        data: {
          tenantId: ctx.tenantId,
          id,
          userId: userIdOf(ctx),
          fileName,
          fileBytes: content.length,
          dryRun,
          mapping: settled,
          status,
          createdAt: ctx.now,
        },
      })
      await tx.reservationImportFile.create({
        data: { tenantId: ctx.tenantId, importId: id, content: new Uint8Array(packed) },
      })
      await recordChange(tx, ctx, {
        eventType: 'reservations.import_started',
        entityType: 'reservation_import',
        entityId: id,
        action: 'create',
        after: { fileName, dryRun },
      })
      // A hotel's imports run one after the other, so that one hotel cannot keep all workers waiting.
      if (status === 'queued')
        await addJob(tx, ctx, 'reservations.import', { importId: id }, { queue: `reservations.import ${ctx.tenantId}` })
    },
    { timeoutMs: 60_000 },
  )
  return id
}

/**
 * What the import says, else the hotel's settings. A rate belongs to its currency, so it is not taken over to another.
 * @throws INVALID_INPUT
 */
export function settle(
  mapping: ImportMapping,
  settings: ImportSettings,
): ImportMapping & { currency: string; yenRate: number } {
  const currency = mapping.currency ?? settings.currency
  const { data: rate } = yenRate.safeParse(
    mapping.yenRate ?? (currency === 'JPY' ? 1 : currency === settings.currency ? settings.yenRate : undefined),
  )
  if (rate === undefined)
    throw invalidInput([{ path: 'mapping.yenRate', problem: 'yenRateMissing', values: { currency } }])
  if (currency === 'JPY' && rate !== 1) throw invalidInput([{ path: 'mapping.yenRate', problem: 'yenRateOfYen' }])
  return { ...mapping, currency, yenRate: rate, hotelLabel: mapping.hotelLabel || settings.hotelLabel || undefined }
}
