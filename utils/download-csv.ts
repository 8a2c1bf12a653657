/** Saves figures as a CSV file (UTF-8 with byte order mark, as spreadsheets in Japan expect it). */
export function downloadCsv(name: string, rows: (string | number)[][]): void {
  const cell = (value: string | number) =>
    /[",\r\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value)
  const text = rows.map((row) => row.map(cell).join(',')).join('\r\n')
  const address = URL.createObjectURL(new Blob([`\ufeff${text}\r\n`], { type: 'text/csv;charset=utf-8' }))
  Object.assign(document.createElement('a'), { href: address, download: name }).click()
  URL.revokeObjectURL(address)
}
