import { pipeline, Readable } from 'node:stream'
import { CsvError, parse, type Info } from 'csv-parse'
import { decode, type Encoding } from './encoding'
import { FileRefusal, limits } from './source'

export interface Row {
  /** Where it begins; the headings are line 1 unless empty lines come before them. */
  line: number
  cells: string[]
}

const delimiters = [',', ';', '\t']

/**
 * The rows of a CSV file, the headings first; empty lines are left out.
 * @throws FileRefusal
 */
export async function* csvRows(bytes: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<Row> {
  const text = decode(bytes, encoding)
  const head = await headOf(text)
  const parser = parse({
    delimiter: delimiterOf(head),
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    max_record_size: limits.lineBytes,
  })
  // A failure of any part comes out of the parser, which is what is read here.
  pipeline(Readable.from(withHead(head, text)), parser, () => {})
  let lines = 0
  let emptyLines = 0
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      yield { line: lines + info.empty_lines - emptyLines + 1, cells: record }
      lines = info.lines
      emptyLines = info.empty_lines
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = lines + 1
    // Only a quote lets a row go on over the end of a line.
    const isOpen = error.code === 'CSV_QUOTE_NOT_CLOSED' || Number(error.lines) > line
    throw new FileRefusal(isOpen ? 'unclosedQuote' : 'lineTooLong', { line })
  }
}

/** The beginning of the text, with all of its first line that has something in it. */
async function headOf(text: AsyncGenerator<string>): Promise<string> {
  let head = ''
  while (head.length < limits.lineBytes && !hasWholeLine(head)) {
    const next = await text.next()
    if (next.done) break
    head += next.value
  }
  return head
}

/** In two steps: one pattern for both would look to the end of a line without end from each of its characters. */
function hasWholeLine(text: string): boolean {
  const begin = text.search(/\S/)
  return begin >= 0 && /[\r\n]/.test(text.slice(begin))
}

async function* withHead(head: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield head
  yield* rest
}

/** The delimiter that separates the headings; quoted ones do not count. */
function delimiterOf(head: string): string {
  const line = /\S[^\r\n]*/.exec(head)?.[0].replaceAll(/"[^"]*"/g, '') ?? ''
  const counts = delimiters.map((delimiter) => line.split(delimiter).length)
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ','
}
