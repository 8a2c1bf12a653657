import { describe, expect, test } from 'vitest'
import { recogniseColumns } from '../../../../../../server/domains/reservations/file/columns'
import { readRow, RowRefusal } from '../../../../../../server/domains/reservations/file/row'

function read(row: Record<string, string>, { yenRate = '1', today = '2016-06-01' } = {}) {
  const { columns } = recogniseColumns(Object.keys(row))
  return readRow(Object.values(row), { columns, yenRate: Number(yenRate), today })
}
function refusal(row: Record<string, string>) {
  try {
    read(row)
  } catch (error) {
    if (error instanceof RowRefusal) return { reason: error.reason, field: error.field }
    throw error
  }
  return null
}
const stay = { 到着日: '2016-07-01', 泊数: '2', 状態: '予約' }

describe('readRow', () => {
  test('nights give the departure, the departure gives the nights, lead time gives the day of booking', () => {
    expect(read({ ...stay, lead_time: '31' })).toMatchObject({
      nights: 2,
      departureDate: '2016-07-03',
      bookedOn: '2016-05-31',
    })
    expect(read({ 到着日: '2016-02-28', 出発日: '2016-03-01', 状態: '予約' })).toMatchObject({ nights: 2 })
    expect(read({ 到着日: '2016-07-01', weekend_nights: '0', week_nights: '0', 状態: '予約' })).toMatchObject({
      nights: 0,
      departureDate: '2016-07-01',
    })
  })

  test.each([
    ['0', '2016-05-31', 'ARRIVED'],
    ['0', '2016-06-01', 'BOOKED'],
    ['1', '2016-05-31', 'CANCELLED'],
  ])('without a status, cancelled %s and arrival %s is %s', (cancelled, arrival, status) => {
    expect(read({ 到着日: arrival, 泊数: '1', is_canceled: cancelled })).toMatchObject({ status })
  })

  test.each([
    ['75.5', '130.35', 9_841],
    ['1.005', '100', 101],
    ['-6.38', '130', -829],
    ['0', '130', 0],
    ['0.1', '5', 1],
  ])('%s at %s is ¥%s', (rate, yenRate, rateYen) => {
    expect(read({ ...stay, adr: rate }, { yenRate })).toMatchObject({ rate, rateYen })
  })

  test.each([
    [{ ...stay, 到着日: '' }, 'missing', 'arrivalDate'],
    [{ ...stay, 到着日: '2016-02-30' }, 'impossibleDate', 'arrivalDate'],
    [{ ...stay, 到着日: '01/07/2016' }, 'date', 'arrivalDate'],
    [{ ...stay, 泊数: 'NULL' }, 'missing', 'nights'],
    [{ ...stay, 泊数: '9999' }, 'number', 'nights'],
    [{ ...stay, 出発日: '2016-07-04' }, 'nightsDisagree', 'nights'],
    [{ ...stay, 出発日: '2016-06-30' }, 'departureBeforeArrival', 'departureDate'],
    [{ ...stay, 状態: 'maybe' }, 'status', 'status'],
    [{ ...stay, 大人: '-1' }, 'number', 'adults'],
    [{ ...stay, 料金: '99999999999' }, 'amount', 'rate'],
    [{ ...stay, 部屋: 'x'.repeat(201) }, 'tooLong', 'roomType'],
    [
      { arrival_year: '2015', arrival_month: 'February', arrival_day: '29', 泊数: '1', 状態: '予約' },
      'impossibleDate',
      'arrivalDay',
    ],
  ])('%j is refused: %s', (row, reason, field) => expect(refusal(row)).toEqual({ reason, field }))
})
