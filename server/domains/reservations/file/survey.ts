import type { ImportMapping } from '#shared/schemas/reservations'
import { clean } from '#shared/utils/amounts'
import { recogniseColumns, type Columns } from './columns'
import { detectEncoding, type Encoding } from './encoding'
import { csvRows } from './rows'
import { beginning, FileRefusal, limits, unpack } from './source'

export interface Survey {
  encoding: Encoding
  headings: string[]
  columns: Columns
  /** Rows below the headings; with `headOnly` as far as it was read. */
  rows: number
  /** How the file calls its hotels, in the order in which they come; the first 50. */
  hotelLabels: string[]
}

const maxLabels = 50

/**
 * Reads a whole file before anything is taken from it: a fault anywhere in it is found now.
 * @param options.headOnly look at its beginning, and stop after the first row: what an upload can be told at once
 * @throws FileRefusal
 */
export async function surveyFile(
  packed: Buffer,
  { mapping, headOnly = false }: { mapping: ImportMapping; headOnly?: boolean },
): Promise<Survey> {
  const open = () => (headOnly ? beginning(unpack(packed), limits.encodingBytes) : unpack(packed))
  const encoding = await detectEncoding(open)
  let headings: string[] | undefined
  let columns: Columns = {}
  let rows = 0
  const labels = new Set<string>()
  for await (const { cells } of csvRows(unpack(packed), encoding)) {
    if (!headings) {
      headings = cells
      columns = requiredColumns(headings, mapping)
      continue
    }
    rows += 1
    if (rows > limits.rows) throw new FileRefusal('tooManyRows', { maxRows: limits.rows })
    if (headOnly) break
    const label = hotelLabelOf(cells, columns)
    if (label && labels.size < maxLabels) labels.add(label)
  }
  if (!headings) throw new FileRefusal('empty')
  if (rows === 0) throw new FileRefusal('onlyHeadings')
  return { encoding, headings, columns, rows, hotelLabels: [...labels] }
}

export function hotelLabelOf(cells: string[], columns: Columns): string {
  return columns.hotel === undefined ? '' : clean(cells[columns.hotel] ?? '')
}

function requiredColumns(headings: string[], mapping: ImportMapping): Columns {
  const { columns, missing } = recogniseColumns(headings, mapping.columns)
  if (missing.length > 0) throw new FileRefusal('missingColumns', { columns: missing })
  return columns
}
