import type { BankLine } from './bank-line'
import { partyKey } from './payer-name'

export interface OpenInvoice {
  tenantId: string
  invoiceId: string
  invoiceNumber: string
  /** Still to pay. */
  openYen: number
  /** What the hotel is called, and under which names it has paid before. */
  payerNames: string[]
}

export interface InvoiceShare {
  tenantId: string
  invoiceId: string
  amountYen: number
}

/**
 * Why a line is proposed for its invoices, from the surest reason to the weakest; or why for none. Keys of the texts
 * `bankFile.reasons`.
 */
export const matchReasons = [
  'INVOICE_NUMBER',
  'PAYER_AND_AMOUNT',
  'ONLY_INVOICE_OF_AMOUNT',
  'TWO_INVOICES_OF_PAYER',
  'AMBIGUOUS',
  'NOTHING_FITS',
] as const
export type MatchReason = (typeof matchReasons)[number]

export interface Match<Line> {
  line: Line
  reason: MatchReason
  /** Empty when nothing is proposed. Never more than is open, and never more than has come. */
  shares: InvoiceShare[]
}

type Rule = (line: Paying, invoices: Owed[]) => Owed[][]
type Paying = Pick<BankLine, 'amountYen' | 'payerName' | 'reference'>
interface Owed extends OpenInvoice {
  number: RegExp
  /** Its letters and digits alone: what does not contain them does not name it. */
  signs: string
  payers: Set<string>
}

/**
 * Proposes for each line what it pays. A rule is tried for all lines before a weaker one for those that are left; what a
 * line is proposed for is not proposed again. Where a rule fits in two ways, and where two lines fit one invoice by its
 * amount alone, nothing is proposed: a person decides.
 */
export function matchTransfers<Line extends Paying>(
  lines: readonly Line[],
  open: readonly OpenInvoice[],
): Match<Line>[] {
  const invoices = open.filter(({ openYen }) => openYen > 0).map(owed)
  const matches = new Map<Line, Match<Line>>()
  const left = () => lines.filter((line) => !matches.has(line))
  const take = (line: Line, reason: MatchReason, chosen: Owed[]) => {
    matches.set(line, { line, reason, shares: pay(line.amountYen, chosen) })
  }
  const ambiguous = (line: Line) => matches.set(line, { line, reason: 'AMBIGUOUS', shares: [] })
  const stillOpen = () => invoices.filter(({ openYen }) => openYen > 0)

  for (const { reason, rule } of [
    { reason: 'INVOICE_NUMBER', rule: byNumber },
    { reason: 'PAYER_AND_AMOUNT', rule: byPayerAndAmount },
  ] as const)
    for (const line of left()) {
      const ways = rule(line, stillOpen())
      if (ways.length === 1 && ways[0]) take(line, reason, ways[0])
      else if (ways.length > 1) ambiguous(line)
    }

  // Nothing but the amount speaks for it: a second line that fits as well makes both doubtful.
  const byAmount = left()
    .filter((line) => !namesAnInvoice(line))
    .map((line) => ({ line, ways: byOnlyAmount(line, stillOpen()) }))
  for (const { line, ways } of byAmount) {
    const isContested =
      ways.length === 1 && byAmount.some((other) => other.line !== line && other.ways[0]?.[0] === ways[0]?.[0])
    if (ways.length > 1 || isContested) ambiguous(line)
    else if (ways[0]) take(line, 'ONLY_INVOICE_OF_AMOUNT', ways[0])
  }

  for (const line of left()) {
    const ways = byTwoOfPayer(line, stillOpen())
    if (ways.length === 1 && ways[0]) take(line, 'TWO_INVOICES_OF_PAYER', ways[0])
    else if (ways.length > 1) ambiguous(line)
  }
  return lines.map((line) => matches.get(line) ?? { line, reason: 'NOTHING_FITS', shares: [] })
}

function owed(invoice: OpenInvoice): Owed {
  // A payer leaves out the hyphens, or puts in a space; longer numbers only contain it by chance.
  const parts = invoice.invoiceNumber.normalize('NFKC').match(/[\p{L}\p{N}]+/gu) ?? []
  const number = new RegExp(`(?<![\\p{L}\\p{N}])${parts.join('[^\\p{L}\\p{N}]*')}(?!\\p{N})`, 'iu')
  return {
    ...invoice,
    number,
    signs: signsOf(invoice.invoiceNumber),
    payers: new Set(invoice.payerNames.map(partyKey).filter(Boolean)),
  }
}

const signsOf = (words: string) =>
  words
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')

/** An invoice's number, whether or not it is open: what names another one is not taken for whatever costs as much. */
const namesAnInvoice = ({ payerName, reference }: Paying): boolean =>
  /(?<!\d)\d{5} ?- ?\d{4} ?- ?\d{4}(?!\d)/.test(`${payerName} ${reference}`.normalize('NFKC'))

/** The numbers that it names: of one invoice, in whole or in part; or of several, which it then pays to the yen. */
const byNumber: Rule = (line, invoices) => {
  const words = `${line.payerName} ${line.reference}`.normalize('NFKC')
  const signs = signsOf(words)
  // The cheap question first: a busy month is some thousand lines, each against every open invoice.
  const named = invoices.filter((one) => one.signs !== '' && signs.includes(one.signs) && one.number.test(words))
  if (named.length === 0) return []
  if (named.length === 1 || total(named) === line.amountYen) return [named]
  return named.map((invoice) => [invoice])
}

const byPayerAndAmount: Rule = (line, invoices) =>
  ofPayer(line, invoices)
    .filter(({ openYen }) => openYen === line.amountYen)
    .map((invoice) => [invoice])

/** Not for a payer whom another invoice names: that one pays its own. Two ways say as much as a thousand. */
const byOnlyAmount: Rule = (line, invoices) =>
  ofPayer(line, invoices).length > 0
    ? []
    : invoices
        .filter(({ openYen }) => openYen === line.amountYen)
        .slice(0, 2)
        .map((invoice) => [invoice])

const byTwoOfPayer: Rule = (line, invoices) => {
  const own = ofPayer(line, invoices)
  return own.flatMap((one, index) =>
    own
      .slice(index + 1)
      .filter((other) => other.tenantId === one.tenantId && one.openYen + other.openYen === line.amountYen)
      .map((other) => [one, other]),
  )
}

function ofPayer(line: Paying, invoices: Owed[]): Owed[] {
  const key = partyKey(line.payerName)
  return key === '' ? [] : invoices.filter(({ payers }) => payers.has(key))
}

/** Spends the amount on the invoices, and notes it there. */
function pay(amountYen: number, chosen: Owed[]): InvoiceShare[] {
  let left = amountYen
  return chosen.flatMap((invoice) => {
    const share = Math.min(left, invoice.openYen)
    left -= share
    invoice.openYen -= share
    const { tenantId, invoiceId } = invoice
    return share > 0 ? [{ tenantId, invoiceId, amountYen: share }] : []
  })
}

const total = (invoices: Owed[]) => invoices.reduce((sum, { openYen }) => sum + openYen, 0)
