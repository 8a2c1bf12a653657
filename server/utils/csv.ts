/** CSV as Excel in Japan opens it: UTF-8 with byte order mark, CRLF. */
export const byteOrderMark = '\uFEFF'

/** One line. A text that a spreadsheet would run as a formula is written as text (OWASP, "CSV Injection"). */
export function csvLine(cells: (string | number | null)[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}

function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
