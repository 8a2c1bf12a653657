import { readDecimal } from '#shared/utils/amounts'
import type { Row } from '../../reservations/file/rows'
import { readBankDate } from './bank-date'
import { Gathering, type BankFile } from './bank-line'

/** Headings as banks write them, folded by `folded`. The first that a file has is meant. */
const headings = {
  date: ['取引日', '入金日', '勘定日', '取引年月日', '日付', '年月日', '取扱日', '取扱日付', '入出金日', 'date'],
  deposit: [
    '入金額',
    '入金金額',
    '預入金額',
    '預入額',
    '預入れ額',
    '預入れ',
    '預り金額',
    '預かり金額',
    '受入金額',
    '入金',
    '預入',
    'deposit',
    'credit',
  ],
  /** In one column with the withdrawals: those are negative, or another column tells them apart. */
  moved: ['入出金', '入出金額', '取引金額', '金額', 'amount'],
  direction: ['入払区分', '入出金区分', '取引種別'],
  payerName: ['振込依頼人名', '振込依頼人', '振込人名', '振込人', '依頼人名', '依頼人', 'payer'],
  summary: ['摘要', '取引内容', '入出金内容', '内容', '取引区分', 'description'],
  details: ['摘要内容', 'edi情報', 'ediinformation', 'メモ', '備考', '通信欄'],
} as const
type Heading = keyof typeof headings
type Columns = Partial<Record<Heading, number>>

/** Banks put the account and the period above the headings. */
const mostLinesAbove = 30

/** How a bank begins the words in which it names the payer. */
const transferWords = /^(?:振込入金|振込|フリコミ|お振込)(?:\s*(?:[*・:]|[1-3](?=\s|$)))?\s*/u

/** The deposits of a CSV file as banks give it to their customers. Withdrawals are left out. */
export async function readBankCsv(rows: AsyncIterable<Row>, today: string): Promise<BankFile> {
  const found = new Gathering()
  let columns: Columns | undefined
  let above = 0
  for await (const { line, cells } of rows) {
    if (columns) readRow(columns, cells, line, today, found)
    else {
      columns = columnsOf(cells)
      above += 1
      if (!columns && above >= mostLinesAbove) break
    }
  }
  if (!columns) return { format: null, lines: [], problems: [{ line: 1, problem: 'unknownFormat' }] }
  return { format: 'CSV', lines: found.lines, problems: found.problems }
}

/** Undefined for a row that does not name a date and an amount. */
function columnsOf(cells: string[]): Columns | undefined {
  const names = cells.map(folded)
  const columns: Columns = {}
  for (const [heading, known] of Object.entries(headings) as [Heading, readonly string[]][]) {
    const column = known.map((name) => names.indexOf(name)).find((index) => index >= 0)
    if (column !== undefined) columns[heading] = column
  }
  const hasAmount = columns.deposit !== undefined || columns.moved !== undefined
  return columns.date !== undefined && hasAmount ? columns : undefined
}

/** お預入金額(円) → 預入金額 */
function folded(heading: string): string {
  return heading
    .normalize('NFKC')
    .replaceAll(/\s|^\(|\)$|\(.*?\)/g, '')
    .replace(/^[おご]/, '')
    .toLowerCase()
}

function readRow(columns: Columns, cells: string[], line: number, today: string, found: Gathering): void {
  const cell = (heading: Heading) => {
    const column = columns[heading]
    return column === undefined ? '' : (cells[column] ?? '').normalize('NFKC').trim()
  }
  const amount = cell(columns.deposit === undefined ? 'moved' : 'deposit')
  if (isNothing(amount) || isWithdrawal(columns, amount, cell('direction'))) return
  const receivedOn = readBankDate(cell('date'), today)
  // A total at the end of the file names no day.
  if (!/\d/.test(cell('date'))) return
  const words = [cell('summary'), cell('details')].filter(Boolean)
  const payerName = cell('payerName') || words.map((part) => part.replace(transferWords, '')).find(Boolean) || ''
  const reference = words.filter((part) => part.replace(transferWords, '') !== payerName).join(' ')
  found.add({ line, receivedOn, amountYen: yenOf(amount), payerName, reference })
}

const isNothing = (amount: string) => /^[-*―ー]*$/.test(amount) || Number(yenOf(amount)) === 0

function isWithdrawal(columns: Columns, amount: string, direction: string): boolean {
  if (columns.deposit !== undefined) return false
  return /^[-−▲△]/.test(amount) || /^(?:2|出金|支払|払出|出)/.test(direction)
}

/** Whole yen of 12,000, ¥12,000, 12,000円, "+12000"; undefined for anything else, a reversal (−12,000) too. */
function yenOf(amount: string): number | undefined {
  const decimal = readDecimal(amount.replace(/^[¥\\]\s*/, '').replace(/\s*円$/, ''))
  return decimal !== undefined && /^\d+$/.test(decimal) ? Number(decimal) : undefined
}
