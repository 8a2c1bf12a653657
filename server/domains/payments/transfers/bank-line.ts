import { storable } from '#shared/utils/text'
import { payerKey } from '../operator/payer-key'

/** Money that came in, as a bank tells of it. */
export interface BankLine {
  /** 'YYYY-MM-DD' */
  receivedOn: string
  amountYen: number
  payerName: string
  /** What else the bank says of it: its summary, the payer's EDI information. */
  reference: string
  /** Line or record of the file, from 1. */
  line: number
  /** Which of its equals in the file it is, from 1: tells equal transfers of one day apart. */
  occurrence: number
}

/** Why a line, or the file from there on, is not taken: keys of the texts `bankFile.problems`. */
export const bankFileProblems = [
  'empty',
  'spreadsheet',
  'pdf',
  'binary',
  'encoding',
  'unclosedQuote',
  'lineTooLong',
  'unknownFormat',
  'length',
  'recordType',
  'order',
  'date',
  'amount',
  'payer',
  'canceled',
  'totals',
  'noTrailer',
  'noEnd',
] as const
export type BankFileProblem = (typeof bankFileProblems)[number]

export interface Problem {
  line: number
  problem: BankFileProblem
}

export interface BankFile {
  /** Null: nothing that we know. */
  format: 'ZENGIN_STATEMENT' | 'ZENGIN_TRANSFERS' | 'CSV' | null
  lines: BankLine[]
  problems: Problem[]
}

/** What no transfer of ours exceeds (shared/schemas/payments.ts). */
const mostYen = 100_000_000
const mostCharacters = 100

/** What a reader has found in one line; '' or undefined where it found nothing that it could mean. */
export interface Found {
  line: number
  receivedOn: string | undefined
  amountYen: number | undefined
  payerName: string
  reference: string
}

/** Gathers the lines of a file, and what is wrong with it. */
export class Gathering {
  readonly lines: BankLine[] = []
  readonly problems: Problem[] = []
  private readonly seen = new Map<string, number>()

  add({ line, receivedOn, amountYen, ...words }: Found): void {
    const payerName = written(words.payerName) || written(words.reference)
    const reference = written(words.payerName) ? written(words.reference) : ''
    if (receivedOn === undefined) return this.refuse(line, 'date')
    if (amountYen === undefined || amountYen < 1 || amountYen > mostYen) return this.refuse(line, 'amount')
    if (payerName === '') return this.refuse(line, 'payer')
    // Equal is what bank_transfers would take for one.
    const key = JSON.stringify([receivedOn, amountYen, payerKey(payerName), reference])
    const occurrence = (this.seen.get(key) ?? 0) + 1
    this.seen.set(key, occurrence)
    this.lines.push({ receivedOn, amountYen, payerName, reference, line, occurrence })
  }

  refuse(line: number, problem: BankFileProblem): void {
    this.problems.push({ line, problem })
  }
}

/** Half-width kana becomes full-width, and space single. */
function written(words: string): string {
  return [...storable(words).normalize('NFKC').replaceAll(/\s+/g, ' ').trim()].slice(0, mostCharacters).join('').trim()
}
