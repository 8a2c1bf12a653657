import { describe, expect, test } from 'vitest'
import { foldHeading, recogniseColumns } from '../../../../../../server/domains/reservations/file/columns'

describe('recogniseColumns', () => {
  test('the headings of a Japanese system', () => {
    const headings = [
      '施設名',
      '予約番号',
      'チェックイン日',
      'チェックアウト日',
      '泊数',
      '大人',
      '子供',
      '部屋タイプ',
      '予約経路',
      '料金',
      '予約状態',
      '備考',
    ]
    const { columns, missing } = recogniseColumns(headings)
    expect(missing).toEqual([])
    expect(columns).toEqual({
      hotel: 0,
      reservationNo: 1,
      arrivalDate: 2,
      departureDate: 3,
      nights: 4,
      adults: 5,
      children: 6,
      roomType: 7,
      channel: 8,
      rate: 9,
      status: 10,
    })
  })

  test('a date in three columns, nights in two, a flag for the status', () => {
    const headings = [
      'arrival_date_year',
      'arrival_date_month',
      'arrival_date_day_of_month',
      'stays_in_weekend_nights',
      'stays_in_week_nights',
      'is_canceled',
    ]
    expect(recogniseColumns(headings).missing).toEqual([])
    expect(recogniseColumns(headings.slice(1)).missing).toEqual(['arrivalDate'])
  })

  test('what the person says goes before what was recognised', () => {
    const headings = ['到着日', 'Nights', '状態', 'X']
    expect(recogniseColumns(headings, { nights: 'x', status: null })).toMatchObject({
      columns: { arrivalDate: 0, nights: 3 },
      missing: ['status'],
    })
    expect(() => recogniseColumns(headings, { adults: 'nowhere' })).toThrow('unknownColumn')
  })
})

test('headings are compared without case, spaces and signs', () => {
  expect(foldHeading(' Arrival_Date (Year)')).toBe('arrivaldateyear')
  expect(foldHeading('ﾁｪｯｸｲﾝ')).toBe('チェックイン')
})
