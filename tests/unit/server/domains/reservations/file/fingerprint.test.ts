import { expect, test } from 'vitest'
import { Fingerprints } from '../../../../../../server/domains/reservations/file/fingerprint'

const of = (headings: string[], cells: string[]) => new Fingerprints(headings).ofRow(cells)
const row = of(['Arrival Date', 'adr', 'room'], ['2016-07-01', '75', 'A'])

test.each([
  ['another order of columns', ['room', 'adr', 'Arrival Date'], ['A', '75', '2016-07-01']],
  ['another spreadsheet', ['arrival_date', 'ADR', 'Room'], ['2016/7/1', '75.00', ' Ａ ']],
  ['a column without content', ['Arrival Date', 'adr', 'room', 'note'], ['2016-07-01', '75', 'A', 'NULL']],
])('%s is the same row', (_what, headings, cells) => expect(of(headings, cells)).toBe(row))

test.each([
  ['another price', ['Arrival Date', 'adr', 'room'], ['2016-07-01', '75.01', 'A']],
  ['values in each other’s place', ['Arrival Date', 'adr', 'room'], ['2016-07-01', 'A', '75']],
  ['a case that may mean something', ['Arrival Date', 'adr', 'room'], ['2016-07-01', '75', 'a']],
  ['something more', ['Arrival Date', 'adr', 'room', 'note'], ['2016-07-01', '75', 'A', '0']],
])('%s is another row', (_what, headings, cells) => expect(of(headings, cells)).not.toBe(row))

test('a number is never a row, and headings that come twice are told apart', () => {
  const prints = new Fingerprints(['a', 'a'])
  expect(prints.ofNumber('1')).not.toBe(prints.ofRow(['1', '']))
  expect(prints.ofRow(['1', '2'])).not.toBe(prints.ofRow(['2', '1']))
})
