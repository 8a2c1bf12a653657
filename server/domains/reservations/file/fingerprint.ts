import { createHash } from 'node:crypto'
import { clean, readDecimal } from '#shared/utils/amounts'
import * as cell from './cells'
import { foldHeading } from './columns'

/** Cells repeat: most of a file's are known after its first thousand rows. */
const maxRemembered = 50_000

/**
 * Recognises a row that was imported before. A row with a number of its own is known by it; otherwise by all its
 * cells, whatever the order of the columns, and however a spreadsheet rewrote them (75 and 75.00, 2016/7/1 and
 * 2016-07-01). Empty cells do not count, so that a column added without content changes nothing.
 */
export class Fingerprints {
  private readonly order: { index: number; heading: string }[]
  private readonly remembered = new Map<string, string>()

  constructor(headings: string[]) {
    const seen = new Map<string, number>()
    this.order = headings
      .map((heading, index) => {
        const folded = foldHeading(heading)
        const count = (seen.get(folded) ?? 0) + 1
        seen.set(folded, count)
        return { index, heading: count > 1 ? `${folded}#${count}` : folded }
      })
      .sort((a, b) => (a.heading < b.heading ? -1 : 1))
  }

  /** SHA-256, base64 */
  ofRow(cells: string[]): string {
    let text = ''
    for (const { index, heading } of this.order) {
      const value = this.canonical(cells[index] ?? '')
      if (value !== '') text += `${heading}\u001f${value}\u001e`
    }
    return sha256(`row\u001e${text}`)
  }

  ofNumber(reservationNo: string): string {
    return sha256(`number\u001e${reservationNo}`)
  }

  private canonical(value: string): string {
    const known = this.remembered.get(value)
    if (known !== undefined) return known
    if (this.remembered.size >= maxRemembered) this.remembered.clear()
    const text = canonicalCell(value)
    this.remembered.set(value, text)
    return text
  }
}

function canonicalCell(value: string): string {
  const text = clean(value)
  if (cell.isNone(text)) return ''
  return readDecimal(text) ?? cell.readDate(text) ?? text
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64')
