import { describe, expect, test } from 'vitest'
import { clean, readAmount, readDecimal } from '#shared/utils/amounts'
import {
  isNone,
  readCount,
  readDate,
  readFlag,
  readMonth,
  readStatus,
} from '../../../../../../server/domains/reservations/file/cells'

describe('readDate', () => {
  test.each([
    ['2016-07-01', '2016-07-01'],
    ['2016/7/1', '2016-07-01'],
    ['2016.7.1', '2016-07-01'],
    ['20160701', '2016-07-01'],
    ['2016年7月1日', '2016-07-01'],
    ['2016年7月1日(金)', '2016-07-01'],
    ['2016/07/01 15:00', '2016-07-01'],
    ['2016-07-01T15:00:00Z', '2016-07-01'],
    ['1 July 2016', '2016-07-01'],
    ['1-Jul-2016', '2016-07-01'],
    ['July 1, 2016', '2016-07-01'],
    ['2016-02-29', '2016-02-29'],
  ])('%s is %s', (cell, date) => expect(readDate(cell)).toBe(date))

  test.each([
    '2015-02-29',
    '2016-04-31',
    '2016-13-01',
    '2016-00-10',
    '01/07/2016',
    '7/1/16',
    '2016/7-1',
    '42552',
    'soon',
    '2016-07',
  ])('%s is no day', (cell) => expect(readDate(cell)).toBeUndefined())
})

test.each([
  ['July', 7],
  ['jul', 7],
  ['Sept', 9],
  ['07', 7],
  ['7月', 7],
  ['13', undefined],
  ['Ju', undefined],
  ['Julember', undefined],
])('month %s is %s', (cell, month) => expect(readMonth(cell)).toBe(month))

test.each([
  ['75', '75'],
  ['75.00', '75'],
  ['+075.50', '75.5'],
  ['-6.38', '-6.38'],
  ['-0.0', '0'],
  ['1,234,567.8', '1234567.8'],
  ['0', '0'],
  ['12,34', undefined],
  ['1e5', undefined],
  ['', undefined],
  ['=1+1', undefined],
])('decimal %s is %s', (cell, decimal) => expect(readDecimal(cell)).toBe(decimal))

test.each([
  ['2', 2],
  ['2.0', 2],
  ['2名', 2],
  ['3 泊', 3],
  ['2.5', undefined],
  ['-1', undefined],
  ['11', undefined],
])('count %s, at most 10, is %s', (cell, count) => expect(readCount(cell, 10)).toBe(count))

test.each([
  ['¥12,000', '12000'],
  ['12,000円', '12000'],
  ['€75.50', '75.5'],
  ['cheap', undefined],
])('amount %s is %s', (cell, amount) => expect(readAmount(cell)).toBe(amount))

test.each([
  ['Check-Out', 'ARRIVED'],
  ['Canceled', 'CANCELLED'],
  ['No-Show', 'NO_SHOW'],
  ['no show', 'NO_SHOW'],
  ['Confirmed', 'BOOKED'],
  ['宿泊済', 'ARRIVED'],
  ['取消', 'CANCELLED'],
  ['不泊', 'NO_SHOW'],
  ['仮予約', 'BOOKED'],
  ['???', undefined],
])('status %s is %s', (cell, status) => expect(readStatus(cell)).toBe(status))

test.each([
  ['1', true],
  ['0', false],
  ['はい', true],
  ['2', undefined],
])('flag %s is %s', (cell, flag) => expect(readFlag(cell)).toBe(flag))

test('full-width becomes half-width, and what says "none" is none', () => {
  expect(clean('\u3000２０１６/７/１ ')).toBe('2016/7/1')
  expect(['', 'NULL', 'NA', 'n/a', '-'].every(isNone)).toBe(true)
  expect(isNone('0')).toBe(false)
})
