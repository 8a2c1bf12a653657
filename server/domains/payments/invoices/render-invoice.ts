import PDFDocument from 'pdfkit'
import type { InvoiceSnapshot, ReceiptSnapshot } from '#shared/schemas/payments'
import { longDate, text, type Locale } from '../../../utils/texts'
import { invoiceFonts } from './invoice-fonts'

/** A4 in points, with 20 mm around. */
const page = { width: 595.28, height: 841.89, margin: 56.7 }
const left = page.margin
const right = page.width - page.margin
const width = right - left
/** What stands above this line is the page's; the page number lies below it. */
const bottom = page.height - page.margin

const ink = '#292524'
const quiet = '#78716c'
const hairline = '#d6d3d1'
/** 藍, the product's own colour; 朱 for what is wrong. */
const ai = '#223a70'
const shu = '#b93a1e'

/** Columns of the lines: where each ends on the right, and how wide it is. */
const columns = {
  description: { x: left, width: width - 255 },
  quantity: { x: right - 245, width: 55 },
  unitPrice: { x: right - 185, width: 90 },
  net: { x: right - 90, width: 90 },
}
const lineGap = 3

/** What a receipt says in other words than an invoice, or alone. */
const receiptWords = new Set(['title', 'number', 'request', 'amountDue', 'paidBy', 'ways.CARD'])

/**
 * The invoice as PDF: a 適格請求書 has issuer and registration number, date, lines, the amount of each rate and its tax,
 * and the recipient (消費税法 57条の4 1項). The same snapshot gives the same bytes. One that was voided says so: it is no
 * qualified invoice any more, and nobody is to pay it.
 */
export async function renderInvoice(
  snapshot: InvoiceSnapshot,
  { locale = 'ja', isVoid = false }: { locale?: Locale; isVoid?: boolean } = {},
): Promise<Buffer> {
  return new SaleDocument(snapshot, locale, isVoid).render()
}

/** The receipt of a payment by card, as PDF: a 適格請求書 too. */
export async function renderReceipt(snapshot: ReceiptSnapshot, locale: Locale = 'ja'): Promise<Buffer> {
  return new SaleDocument(snapshot, locale, false).render()
}

class SaleDocument {
  private readonly doc: PDFKit.PDFDocument
  private y = page.margin

  constructor(
    private readonly sale: InvoiceSnapshot | ReceiptSnapshot,
    private readonly locale: Locale,
    private readonly isVoid: boolean,
  ) {
    const fonts = invoiceFonts()
    this.doc = new PDFDocument({
      size: 'A4',
      margin: 0,
      bufferPages: true,
      pdfVersion: '1.7',
      lang: locale,
      displayTitle: true,
      // pdfkit's own default would look for a file of its own beside the built server.
      font: fonts.regular as unknown as string,
      info: {
        Title: `${this.say('title')} ${this.number}`,
        Author: sale.issuer.name,
        // Not the present moment: the same document is the same file.
        CreationDate: new Date(`${sale.issuedOn}T00:00:00Z`),
      },
    })
    this.doc.registerFont('regular', fonts.regular).registerFont('bold', fonts.bold)
  }

  async render(): Promise<Buffer> {
    const parts: Buffer[] = []
    this.doc.on('data', (part: Buffer) => parts.push(part))
    const ended = new Promise((done, failed) => this.doc.on('end', done).on('error', failed))
    this.heading()
    this.parties()
    this.amountDue()
    this.lines()
    this.totals()
    if ('bank' in this.sale) this.bank(this.sale.bank)
    this.pageNumbers()
    this.doc.end()
    await ended
    return Buffer.concat(parts)
  }

  private heading(): void {
    this.write(this.say('title'), left, this.y, { font: 'bold', size: 24, color: ai, characterSpacing: 4 })
    if (this.isVoid) this.write(this.say('void'), left, this.y + 38, { font: 'bold', size: 11, color: shu })
    this.facts(this.y + 2, [
      [this.say('number'), this.number],
      [this.say('issuedOn'), this.date(this.sale.issuedOn)],
    ])
    this.y += 64
  }

  /** The recipient on the left, who issues it on the right. */
  private parties(): void {
    const { recipient, issuer } = this.sale
    const half = width / 2 - 16
    const name = this.say('recipient', { name: recipient.name })
    const nameEnd = this.write(name, left, this.y, { font: 'bold', size: 14, width: half })
    this.rule(left, nameEnd + 6, half, ink)

    const from = left + width / 2 + 16
    let y = this.write(issuer.name, from, this.y, { font: 'bold', size: 11, width: half })
    for (const line of [
      this.say('registrationNumber', { number: issuer.registrationNumber }),
      this.say('postalCode', { code: issuer.postalCode }),
      issuer.address,
      this.say('phone', { phone: issuer.phone }),
      issuer.email,
    ])
      y = this.write(line, from, y + 4, { size: 9, width: half })
    this.y = Math.max(nameEnd + 6, y) + 28
  }

  private amountDue(): void {
    const subject = `${this.say('subjectLabel')}  ${this.say('subject')}`
    this.y = this.write(subject, left, this.y, { size: 10 }) + 6
    this.y = this.write(this.say('request'), left, this.y, { size: 10, color: quiet }) + 14

    const height = 62
    this.doc.rect(left, this.y, width, height).fill('#f5f5f4')
    this.write(this.say('amountDue'), left + 16, this.y + 12, { size: 9, color: quiet })
    this.write(this.yen(this.sale.totalYen), left + 16, this.y + 26, { font: 'bold', size: 22, color: ai })
    const dueFrom = left + width / 2 + 16
    const [label, fact] =
      'dueOn' in this.sale
        ? [this.say('dueOn'), this.date(this.sale.dueOn)]
        : [this.say('paidBy'), this.say(`ways.${this.sale.paidBy}`)]
    this.write(label, dueFrom, this.y + 12, { size: 9, color: quiet })
    this.write(fact, dueFrom, this.y + 31, { font: 'bold', size: 13 })
    this.y += height + 28
  }

  private lines(): void {
    this.lineHeadings()
    for (const line of this.sale.lines) {
      const height = this.height(line.description, columns.description.width, 10) + 16
      if (this.y + height > bottom) {
        this.nextPage()
        this.lineHeadings()
      }
      const y = this.y + 8
      this.write(line.description, columns.description.x, y, { size: 10, width: columns.description.width })
      this.figure(line.quantity.toLocaleString(this.locale), columns.quantity, y)
      this.figure(this.yen(line.unitPriceYen), columns.unitPrice, y)
      this.figure(this.yen(line.netYen), columns.net, y)
      this.y += height
      this.rule(left, this.y, width, hairline)
    }
    this.y += 16
  }

  private lineHeadings(): void {
    for (const name of ['description', 'quantity', 'unitPrice', 'net'] as const) {
      const align = name === 'description' ? 'left' : 'right'
      this.write(this.say(name), columns[name].x, this.y, {
        size: 8.5,
        color: quiet,
        align,
        width: columns[name].width,
      })
    }
    this.y += 18
    this.rule(left, this.y, width, ink)
  }

  private totals(): void {
    const { taxes, totalYen } = this.sale
    const rows = taxes.flatMap(({ rate, netYen, taxYen }) => {
      const percent = { rate: Math.round(rate * 100) }
      return [
        { label: this.say('netOfRate', percent), amount: netYen },
        { label: this.say('taxOfRate', percent), amount: taxYen },
      ]
    })
    const rowHeight = 20
    this.keepTogether(rows.length * rowHeight + 40)
    const from = left + width / 2 + 16
    const labels = { x: from, width: right - from - 100 }
    for (const { label, amount } of rows) {
      this.write(label, labels.x, this.y, { size: 9.5, color: quiet, width: labels.width })
      this.figure(this.yen(amount), columns.net, this.y)
      this.y += rowHeight
    }
    this.rule(from, this.y, right - from, ink)
    this.y += 9
    this.write(this.say('total'), labels.x, this.y + 1, { font: 'bold', size: 10, width: labels.width })
    this.figure(this.yen(totalYen), columns.net, this.y, { font: 'bold', size: 12 })
    this.y += 44
  }

  private bank(bank: InvoiceSnapshot['bank']): void {
    const account = this.say('account', {
      bank: bank.bankName,
      branch: bank.branch,
      type: this.say(bank.accountType === 'CURRENT' ? 'current' : 'ordinary'),
      number: bank.accountNumber,
    })
    const holder = this.say('accountHolder', { holder: bank.accountHolder })
    const note = this.say('transferNote')
    const inner = width - 96
    const height = this.height(account, inner, 10) + this.height(holder, inner, 10) + this.height(note, width, 8.5) + 40
    this.keepTogether(height)
    this.rule(left, this.y, width, hairline)
    this.y += 12
    this.write(this.say('bank'), left, this.y + 1, { size: 9, color: quiet })
    this.y = this.write(account, left + 96, this.y, { font: 'bold', size: 10, width: inner }) + 4
    this.y = this.write(holder, left + 96, this.y, { size: 10, width: inner }) + 12
    this.rule(left, this.y, width, hairline)
    this.write(note, left, this.y + 10, { size: 8.5, color: quiet, width })
  }

  /** Only where there is more than one page. */
  private pageNumbers(): void {
    const { count } = this.doc.bufferedPageRange()
    if (count === 1) return
    for (let index = 0; index < count; index++) {
      this.doc.switchToPage(index)
      const words = this.say('page', { number: this.number, page: index + 1, pages: count })
      this.write(words, left, bottom + 18, { size: 8.5, color: quiet, align: 'center', width })
    }
  }

  private nextPage(): void {
    this.doc.addPage()
    this.y = page.margin
  }

  private keepTogether(height: number): void {
    if (this.y + height > bottom) this.nextPage()
  }

  /** Label and value, right-aligned at the page's edge. */
  private facts(y: number, rows: [label: string, value: string][]): void {
    for (const [label, value] of rows) {
      this.write(label, right - 250, y + 0.5, { size: 9, color: quiet, align: 'right', width: 100 })
      this.write(value, right - 140, y, { size: 10, align: 'right', width: 140 })
      y += 17
    }
  }

  private figure(
    words: string,
    column: { x: number; width: number },
    y: number,
    style: { font?: 'regular' | 'bold'; size?: number } = {},
  ): void {
    this.write(words, column.x, y, { size: 10, ...style, align: 'right', width: column.width })
  }

  /** @returns where the text ends below */
  private write(
    words: string,
    x: number,
    y: number,
    {
      font = 'regular',
      size,
      color = ink,
      ...options
    }: { font?: 'regular' | 'bold'; size: number; color?: string } & Pick<
      PDFKit.Mixins.TextOptions,
      'align' | 'width' | 'characterSpacing'
    >,
  ): number {
    this.doc.font(font).fontSize(size).fillColor(color)
    this.doc.text(words, x, y, { lineGap, ...options })
    return this.doc.y - lineGap
  }

  private height(words: string, columnWidth: number, size: number): number {
    return this.doc.font('regular').fontSize(size).heightOfString(words, { width: columnWidth, lineGap }) - lineGap
  }

  private rule(x: number, y: number, length: number, color: string): void {
    this.doc
      .moveTo(x, y)
      .lineTo(x + length, y)
      .lineWidth(0.6)
      .stroke(color)
  }

  private get number(): string {
    return 'invoiceNumber' in this.sale ? this.sale.invoiceNumber : this.sale.receiptNumber
  }

  private say(key: string, values: Record<string, string | number> = {}): string {
    const isOwn = 'receiptNumber' in this.sale && receiptWords.has(key)
    return text(this.locale, `${isOwn ? 'receiptDocument' : 'invoiceDocument'}.${key}`, values)
  }

  private yen(amount: number): string {
    return this.say(amount < 0 ? 'negativeYen' : 'yen', { amount: Math.abs(amount).toLocaleString(this.locale) })
  }

  private date(isoDate: string): string {
    return longDate(this.locale, isoDate)
  }
}
