/** Amounts as files write them, and what they come to in yen: the import and the page that shows it beforehand. */

/** Full-width becomes half-width, and spaces around go. */
export function clean(cell: string): string {
  // Almost every cell is plain ASCII, which normalisation would leave as it is.
  return (/^\p{ASCII}*$/u.test(cell) ? cell : cell.normalize('NFKC')).trim()
}

/** An amount as an exact decimal, also as ¥12,000 or 12,000円. */
export function readAmount(cell: string): string | undefined {
  return readDecimal(cell.replace(/^[¥$€£]\s*/, '').replace(/\s*円$/, ''))
}

/** '075.00', '75', '+75' → '75'; '1,200.50' → '1200.5'. Undefined for what is no plain decimal number. */
export function readDecimal(cell: string): string | undefined {
  const match = /^([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?$/.exec(cell)
  if (!match) return undefined
  const whole = (match[2] ?? '').replaceAll(',', '').replace(/^0+(?=\d)/, '')
  const fraction = (match[3] ?? '').replace(/0+$/, '')
  const number = fraction ? `${whole}.${fraction}` : whole
  return match[1] === '-' && number !== '0' ? `-${number}` : number
}

/** Of the yen for one unit of a currency so many decimals count. */
const yenRateDecimals = 6

/** Whole yen of an exact decimal amount, rounded half away from zero, once. */
export function yenOf(amount: string, yenRate: number): number {
  const [whole = '', fraction = ''] = amount.split('.')
  const units = BigInt(whole + fraction) * BigInt(yenRate.toFixed(yenRateDecimals).replace('.', ''))
  const one = 10n ** BigInt(fraction.length + yenRateDecimals)
  const half = units < 0n ? -one / 2n : one / 2n
  return Number((units + half) / one)
}
