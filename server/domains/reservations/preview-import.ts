import { setImmediate } from 'node:timers/promises'
import type { ImportField, ImportPreviewResponse } from '#shared/schemas/reservations'
import type { Context } from '../../utils/context'
import { recogniseColumns, type Columns } from './file/columns'
import { detectEncoding } from './file/encoding'
import { csvRows } from './file/rows'
import { beginning, bytesOf, FileRefusal, limits } from './file/source'
import { hotelLabelOf } from './file/survey'
import { getImportSettings } from './import-settings'
import { refusingFiles } from './refusals'

const sampleRows = 5
const maxLabels = 50

/**
 * What a file, or its beginning, looks like: nothing is kept of it.
 * @throws INVALID_FILE
 */
export async function previewImport(ctx: Context, content: Buffer): Promise<ImportPreviewResponse> {
  const settings = await getImportSettings(ctx)
  const { headings, sample, columns, missing, labels } = await refusingFiles(ctx, () => look(content))
  const named = Object.entries(columns).map(([field, index]) => [field as ImportField, headings[index] ?? ''] as const)
  return {
    headings,
    columns: Object.fromEntries(named),
    missing,
    sample,
    hotelLabels: labels,
    hotelLabel: settings.hotelLabel,
    currency: settings.currency,
    yenRate: settings.yenRate,
  }
}

async function look(content: Buffer) {
  const open = (bytes: number) => untilCutOff(beginning(bytesOf(content), bytes))
  const encoding = await detectEncoding(() => open(limits.encodingBytes))
  let headings: string[] | undefined
  let recognised: { columns: Columns; missing: ImportField[] } = { columns: {}, missing: [] }
  const sample: string[][] = []
  const labels = new Set<string>()
  let rows = 0
  try {
    for await (const { cells } of csvRows(open(limits.previewBytes), encoding)) {
      if (!headings) {
        headings = cells
        recognised = recogniseColumns(headings)
        continue
      }
      rows += 1
      if (rows > limits.previewRows) break
      if (sample.length < sampleRows) sample.push(cells)
      const label = hotelLabelOf(cells, recognised.columns)
      if (label && labels.size < maxLabels) labels.add(label)
    }
  } catch (error) {
    if (!isCutOff(error) || sample.length === 0) throw error
  }
  if (!headings) throw new FileRefusal('empty')
  if (sample.length === 0) throw new FileRefusal('onlyHeadings')
  return { ...recognised, headings, sample, labels: [...labels] }
}

/** The beginning of a file may end inside its gzip, or inside a quote: what came before is what there is to see. */
const isCutOff = (error: unknown) => error instanceof FileRefusal && ['gzip', 'unclosedQuote'].includes(error.reason)

async function* untilCutOff(parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let seen = false
  try {
    for await (const part of parts) {
      seen = true
      yield part
    }
  } catch (error) {
    if (!isCutOff(error) || !seen) throw error
  }
  // A quote that is still open is an error to the parser, with which the rows before it would go, were they not taken yet.
  await setImmediate()
}
