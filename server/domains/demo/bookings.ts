import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import type { Context } from '../../utils/context'
import { setImportSettings } from '../reservations/import-settings'
import { runImport } from '../reservations/run-import'
import { importReservations } from '../reservations/start-import'

/** Real bookings of two hotels; source and licence beside the file. */
const bookingsFile = 'tests/fixtures/hotel_bookings.csv.gz'
/** Later arrivals are left for the visitor to import. */
const lastYear = '2016'

/** The file's rates are in euros; yen for one of them, as of 2016. */
const settings = { currency: 'EUR', yenRate: 120 }

/** Imports the arrivals up to December 2016 for the hotel that the file calls `hotelLabel`. */
export async function makeBookings(ctx: Context, hotelLabel: string): Promise<void> {
  const earlier = await ctx.db.read((tx) => tx.reservationImport.findFirst({ where: { tenantId: ctx.tenantId } }))
  if (earlier?.status === 'running' && earlier.userId === null) return runImport(ctx, earlier.id) // A start was killed here.
  if (earlier) return
  await setImportSettings(ctx, { ...settings, hotelLabel })
  const content = Buffer.from(await bookingsOf(hotelLabel))
  await importReservations(ctx, { fileName: `hotel_bookings_${lastYear}.csv`, content })
}

/** The file's lines of one hotel; it quotes nothing, so a line is a row. */
async function bookingsOf(hotelLabel: string): Promise<string> {
  const file = await text(createReadStream(resolve(bookingsFile)).pipe(createGunzip()))
  const [headings = '', ...rows] = file.split('\n')
  const year = headings.split(',').indexOf('arrival_date_year')
  const own = rows.filter((row) => row.startsWith(`${hotelLabel},`) && (row.split(',')[year] ?? '') <= lastYear)
  return [headings, ...own].join('\n')
}
