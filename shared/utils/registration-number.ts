/**
 * 登録番号 of a qualified invoice issuer: T and 13 digits, the first of which checks the other twelve.
 * Source: 法人番号の指定等に関する省令 (財務省令), article 2: 9 − (Σ digit × weight mod 9), the weight 1 for the
 * last digit, 2 for the one before it, and so on by turns.
 */
export function isRegistrationNumber(text: string): boolean {
  const [, check, rest] = /^T(\d)(\d{12})$/.exec(text) ?? []
  return rest !== undefined && Number(check) === checkDigit(rest)
}

function checkDigit(twelveDigits: string): number {
  const sum = [...twelveDigits]
    .reverse()
    .reduce((total, digit, index) => total + Number(digit) * (index % 2 ? 2 : 1), 0)
  return 9 - (sum % 9)
}
