import { expect, test } from 'vitest'
import { clean, readAmount, yenOf } from '../../../../shared/utils/amounts'

test.each([
  ['75', 130, 9_750],
  ['75.5', 130.35, 9_841],
  // 0.5 exactly, which a binary fraction of 1.005 × 100 would miss.
  ['1.005', 100, 101],
  ['0.0049', 100, 0],
  ['12000', 1, 12_000],
  ['-0.5', 1, -1],
  ['9999999999', 0.000001, 10_000],
  ['0.5', 0.999999, 0],
])('%s at ¥%s is ¥%s', (amount, yenRate, yen) => expect(yenOf(amount, yenRate)).toBe(yen))

test('a cell as a spreadsheet writes it comes to the same', () => {
  expect(yenOf(readAmount(clean(' €1,200.50 ')) ?? '', 130)).toBe(156_065)
})
