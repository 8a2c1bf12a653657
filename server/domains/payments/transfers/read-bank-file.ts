import { detectEncoding, type Encoding } from '../../reservations/file/encoding'
import { csvRows } from '../../reservations/file/rows'
import { FileRefusal } from '../../reservations/file/source'
import { readBankCsv } from './bank-csv'
import type { BankFile, BankFileProblem } from './bank-line'
import { isZengin, readZengin } from './zengin'

/**
 * The money that came in, of a file that a bank gives its customers: 入出金取引明細 or 振込入金通知 of the association of
 * banks (fixed length), or CSV. Nothing is thrown for a file that cannot be read: its problems say why.
 * @param content an upload, or a text that was pasted
 * @param today 'YYYY-MM-DD', by which a year in two digits is understood
 */
export async function readBankFile(content: Uint8Array | string, today: string): Promise<BankFile> {
  const pasted = typeof content === 'string' ? content.replace(/^\uFEFF/, '') : undefined
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const fixed = pasted ?? fixedLengthText(bytes)
  if (isZengin(fixed)) return readZengin(fixed, today)
  try {
    const open = () => once(bytes)
    const encoding: Encoding = pasted === undefined ? await detectEncoding(open) : 'utf-8'
    if (bytes.length === 0) throw new FileRefusal('empty')
    return await readBankCsv(csvRows(open(), encoding), today)
  } catch (error) {
    if (!(error instanceof FileRefusal)) throw error
    const line = typeof error.details.line === 'number' ? error.details.line : 1
    return { format: null, lines: [], problems: [{ line, problem: problemOf(error) }] }
  }
}

/**
 * A fixed-length file counts bytes, so it comes in JIS X 0201 (a byte a character, which Shift_JIS contains), unless a
 * program has saved it again: then it is UTF-8, in which no character above ASCII is one byte.
 */
function fixedLengthText(bytes: Uint8Array): string {
  const asUtf8 = new TextDecoder('utf-8').decode(bytes)
  return asUtf8.includes('\ufffd') || isWholeRecords(bytes) ? new TextDecoder('shift_jis').decode(bytes) : asUtf8
}

/** Counted in bytes every record is 200 long. */
function isWholeRecords(bytes: Uint8Array): boolean {
  const records = Buffer.from(bytes)
    .toString('latin1')
    .replace(/\p{Cc}+$/u, '')
  return /[\r\n]/.test(records)
    ? records.split(/\r\n|\r|\n/).every((record) => record.length === 200)
    : records.length % 200 === 0
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function problemOf({ reason }: FileRefusal): BankFileProblem {
  switch (reason) {
    case 'empty':
    case 'spreadsheet':
    case 'pdf':
    case 'binary':
    case 'encoding':
    case 'unclosedQuote':
    case 'lineTooLong':
      return reason
    default:
      return 'unknownFormat'
  }
}
