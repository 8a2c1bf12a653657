import { addDays, dayOf } from '#shared/utils/calendar'
import type { Context } from '../../utils/context'
import { byteOrderMark, csvLine } from '../../utils/csv'
import { text } from '../../utils/texts'
import { getImportSettings } from './import-settings'

const columns = [
  'reservationNo',
  'arrivalDate',
  'nights',
  'adults',
  'children',
  'status',
  'bookedOn',
  'roomType',
  'marketSegment',
  'channel',
  'country',
  'meal',
  'rate',
] as const

/**
 * A few bookings around today, with the headings that are recognised in the user's language and rates in the
 * currency that the hotel's files are read in.
 */
export async function sampleFile(ctx: Context): Promise<string> {
  const { yenRate } = await getImportSettings(ctx)
  const today = dayOf(ctx.now, ctx.tenant.timeZone)
  const word = (key: string) => text(ctx.locale, `reservations.sample.${key}`)
  const status = (key: string) => text(ctx.locale, `reservations.statuses.${key}`)
  const row = (
    no: string,
    days: number,
    nights: number,
    adults: number,
    children: number,
    state: string,
    lead: number,
    kind: string,
    yen: number,
  ) => {
    const arrival = addDays(today, days)
    return csvLine([
      no,
      arrival,
      nights,
      adults,
      children,
      status(state),
      addDays(arrival, -lead),
      word(`room.${kind}`),
      word('individual'),
      word('ownSite'),
      'JP',
      word('halfBoard'),
      Math.round((yen / yenRate) * 100) / 100,
    ])
  }
  return [
    byteOrderMark,
    csvLine(columns.map((column) => text(ctx.locale, `reservations.fields.${column}`))),
    row('R-1001', -14, 1, 2, 0, 'ARRIVED', 30, 'twin', 18000),
    row('R-1002', -13, 2, 2, 1, 'ARRIVED', 45, 'family', 24000),
    row('R-1003', -10, 1, 1, 0, 'CANCELLED', 21, 'single', 11000),
    row('R-1004', -7, 1, 2, 0, 'NO_SHOW', 3, 'twin', 18000),
    row('R-1005', 7, 2, 2, 0, 'BOOKED', 40, 'twin', 19000),
  ].join('')
}
