import { describe, expect, it } from 'vitest'
import { isRegistrationNumber } from '../../../../shared/utils/registration-number'

describe('isRegistrationNumber', () => {
  it.each([
    ['T7000012050002', '国税庁'],
    ['T8000012010038', 'デジタル庁'],
    ['T1180301018771', 'トヨタ自動車'],
    // Remainder 0: the check digit is 9.
    ['T9000000000000', 'the smallest sum'],
  ])('takes %s (%s)', (number) => expect(isRegistrationNumber(number)).toBe(true))

  it.each([
    ['T7000012050003', 'a wrong digit'],
    ['T8000012050002', 'a wrong check digit'],
    ['T7000012005002', 'two digits swapped'],
    ['7000012050002', 'no T'],
    ['t7000012050002', 'a small t'],
    ['T700001205000', 'twelve digits'],
    ['T70000120500020', 'fourteen digits'],
    ['T0000012050002', 'a check digit that cannot be'],
    ['Ｔ７００００１２０５０００２', 'full width'],
    ['T7000012050002\n', 'a line break'],
    ['', 'nothing'],
  ])('refuses %j (%s)', (number) => expect(isRegistrationNumber(number)).toBe(false))

  it('refuses every number in which one digit is another', () => {
    const right = 'T7000012050002'
    for (let at = 1; at < right.length; at++)
      for (const digit of '0123456789') {
        const other = right.slice(0, at) + digit + right.slice(at + 1)
        // 0 and 9 are alike to a sum modulo 9; at an even place 0 and 9 as well.
        const isAlike = at > 1 && Math.abs(Number(digit) - Number(right[at])) === 9
        expect(isRegistrationNumber(other), other).toBe(other === right || isAlike)
      }
  })
})
