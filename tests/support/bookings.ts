import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** The real bookings, as the shared file has them: gzip. */
export const bookingsGzip = readFileSync(new URL('../fixtures/hotel_bookings.csv.gz', import.meta.url))

/** What is known of that file (tests/fixtures/README.md). */
export const bookings = {
  rows: 86_561,
  resort: { label: 'Resort Hotel', rows: 29_773, since2017: 2_892 },
  city: { label: 'City Hotel', rows: 56_788, since2017: 4_966 },
} as const

/** Its first so many rows of a hotel, with the headings; the arrivals up to December 2016 with `until2016`. */
export function bookingsCsv({
  hotel,
  rows = Infinity,
  until2016 = false,
}: { hotel?: string; rows?: number; until2016?: boolean } = {}): string {
  const [headings = '', ...lines] = gunzipSync(bookingsGzip).toString('utf8').trimEnd().split('\n')
  const chosen = lines.filter((line) => {
    const [name, , , year] = line.split(',')
    return (!hotel || name === hotel) && (!until2016 || year !== '2017')
  })
  return [headings, ...chosen.slice(0, rows)].join('\n')
}
