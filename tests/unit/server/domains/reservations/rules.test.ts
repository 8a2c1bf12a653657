import { expect, test } from 'vitest'
import { dayCounts, fillDays, runningTotals } from '../../../../../server/domains/reservations/rules'

test('days without a value are 0, days outside are left out', () => {
  const given = [
    { day: '2016-02-27', value: 9 },
    { day: '2016-02-28', value: 1 },
    { day: '2016-03-01', value: 3 },
    { day: '2016-03-02', value: 9 },
  ]
  expect(fillDays(given, '2016-02-28', '2016-03-01')).toEqual([1, 0, 3])
  expect(runningTotals([1, 2, -1])).toEqual([1, 3, 2])
})

test('a stay occupies its nights: not the day of departure, and none without a night', () => {
  const stays = [
    { arrival: '2016-06-28', departure: '2016-07-02', rooms: 1 },
    { arrival: '2016-07-01', departure: '2016-07-03', rooms: 2 },
    { arrival: '2016-07-02', departure: '2016-07-02', rooms: 5 },
    { arrival: '2016-07-03', departure: '2016-08-01', rooms: 3 },
    { arrival: '2016-06-01', departure: '2016-07-01', rooms: 7 },
    { arrival: '2016-07-04', departure: '2016-07-05', rooms: 9 },
  ]
  expect(dayCounts(stays, '2016-07-01', '2016-07-03')).toEqual([
    { date: '2016-07-01', arrivals: 2, occupiedRooms: 3 },
    { date: '2016-07-02', arrivals: 5, occupiedRooms: 2 },
    { date: '2016-07-03', arrivals: 3, occupiedRooms: 3 },
  ])
})
