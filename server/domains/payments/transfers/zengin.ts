import { readBankDate } from './bank-date'
import { Gathering, type BankFile } from './bank-line'

/** Where a field begins in its record, from 0, and how long it is. */
type Field = readonly [at: number, length: number]

interface Layout {
  format: BankFile['format']
  date: Field
  amount: Field
  payerName: Field
  reference: Field[]
  /** What a data record's mark says of it: money in, money out, or a transfer taken back. */
  mark: { field: Field; in: string[]; out: string[]; outProblem?: 'canceled' }
  /** In the trailer. */
  totals: { inCount: Field; inYen: Field; outCount: Field; outYen: Field }
}

/** Files of the association of banks (全国銀行協会, records of 200 characters), by their 種別コード. */
const layouts: Record<string, Layout> = {
  // 入出金取引明細
  '03': {
    format: 'ZENGIN_STATEMENT',
    date: [9, 6],
    amount: [24, 12],
    payerName: [81, 48],
    reference: [
      [159, 20], // 摘要内容
      [179, 20], // EDI情報
    ],
    mark: { field: [21, 1], in: ['1'], out: ['2'] },
    totals: { inCount: [1, 6], inYen: [7, 13], outCount: [20, 6], outYen: [26, 13] },
  },
  // 振込入金通知
  '01': {
    format: 'ZENGIN_TRANSFERS',
    date: [7, 6],
    amount: [19, 10],
    payerName: [49, 48],
    reference: [[128, 20]], // EDI情報
    mark: { field: [127, 1], in: [' ', '0'], out: ['1'], outProblem: 'canceled' },
    totals: { inCount: [1, 6], inYen: [7, 12], outCount: [19, 6], outYen: [25, 12] },
  },
}
const recordLength = 200

/** Whether a text begins as such a file does: header, 種別コード, 0 for JIS. */
export const isZengin = (text: string): boolean => /^1(?:01|03)0/.test(text)

/**
 * The deposits of a file of one or more accounts. What the trailers say is added up: where it differs, the file is not
 * whole, or not what the bank has sent.
 */
export function readZengin(text: string, today: string): BankFile {
  const found = new Gathering()
  let format: BankFile['format'] = null
  let account: Account | undefined
  let ended = false
  const records = recordsOf(text)

  for (const [index, record] of records.entries()) {
    const line = index + 1
    if (record.length !== recordLength) {
      found.refuse(line, 'length')
      continue
    }
    const type = record[0] ?? ''
    if (!'1289'.includes(type)) found.refuse(line, 'recordType')
    else if (ended || (type === '1' || type === '9' ? account : !account)) found.refuse(line, 'order')
    else if (type === '9') ended = true
    else if (type === '1') {
      const layout = layouts[record.slice(1, 3)]
      if (!layout || (format !== null && layout.format !== format)) found.refuse(line, 'recordType')
      else {
        format = layout.format
        account = new Account(layout, found, today)
      }
    } else if (type === '2') account?.add(record, line)
    else {
      account?.check(record, line)
      account = undefined
    }
  }
  if (account) found.refuse(records.length, 'noTrailer')
  else if (!ended) found.refuse(records.length, 'noEnd')
  return { format, lines: found.lines, problems: found.problems }
}

/** Between a header and its trailer. */
class Account {
  private readonly moved = { in: { count: 0, yen: 0 }, out: { count: 0, yen: 0 } }

  constructor(
    private readonly layout: Layout,
    private readonly found: Gathering,
    private readonly today: string,
  ) {}

  add(record: string, line: number): void {
    const { date, amount, payerName, reference, mark } = this.layout
    const amountYen = numberIn(record, amount)
    const sign = textIn(record, mark.field)
    const direction = mark.in.includes(sign) ? 'in' : mark.out.includes(sign) ? 'out' : undefined
    if (!direction) return this.found.refuse(line, 'recordType')
    this.moved[direction].count += 1
    this.moved[direction].yen += amountYen ?? 0
    if (direction === 'in')
      this.found.add({
        line,
        receivedOn: readBankDate(textIn(record, date), this.today),
        amountYen,
        payerName: textIn(record, payerName),
        reference: reference.map((field) => textIn(record, field).trim()).join(' '),
      })
    else if (mark.outProblem) this.found.refuse(line, mark.outProblem)
  }

  check(trailer: string, line: number): void {
    const { inCount, inYen, outCount, outYen } = this.layout.totals
    const isRight =
      numberIn(trailer, inCount) === this.moved.in.count &&
      numberIn(trailer, inYen) === this.moved.in.yen &&
      numberIn(trailer, outCount) === this.moved.out.count &&
      numberIn(trailer, outYen) === this.moved.out.yen
    if (!isRight) this.found.refuse(line, 'totals')
  }
}

/** With line breaks between the records or without; one that was pasted may have lost the spaces at its end. */
function recordsOf(text: string): string[] {
  // Ctrl-Z ended a file under MS-DOS.
  const whole = text.replace(/\p{Cc}+$/u, '')
  if (/[\r\n]/.test(whole)) return whole.split(/\r\n|\r|\n/).map((record) => record.padEnd(recordLength))
  return whole.length <= recordLength
    ? [whole.padEnd(recordLength)]
    : (whole.padEnd(paddedLength(whole)).match(new RegExp(`.{1,${recordLength}}`, 'gs')) ?? [])
}

/** Without line breaks only the last record can have lost its spaces. An end record is all spaces behind its first character. */
function paddedLength(whole: string): number {
  const full = Math.floor(whole.length / recordLength) * recordLength
  return whole[full] === '9' ? full + recordLength : whole.length
}

const textIn = (record: string, [at, length]: Field): string => record.slice(at, at + length)

/** Undefined for what is not all digits. An empty number is all zeros. */
function numberIn(record: string, field: Field): number | undefined {
  const digits = textIn(record, field)
  return /^\d+$/.test(digits) ? Number(digits) : undefined
}
