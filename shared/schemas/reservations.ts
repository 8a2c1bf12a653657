import { z } from 'zod'
import { storable } from '../utils/text'
import { id, instant, isoDate, pageQuery } from './common'

/** Free text that the database is asked for or keeps. */
const kept = z.string().overwrite(storable)
const label = kept.max(200)

export const reservationStatuses = ['BOOKED', 'ARRIVED', 'CANCELLED', 'NO_SHOW'] as const
export const reservationStatus = z.enum(reservationStatuses)
export type ReservationStatus = z.infer<typeof reservationStatus>

export const reservationQuery = pageQuery.extend({
  from: isoDate.optional().describe('arrival on or after'),
  to: isoDate.optional().describe('arrival on or before'),
  status: reservationStatus.optional(),
  marketSegment: label.optional(),
  channel: label.optional(),
  roomType: label.optional(),
  order: z.enum(['newest', 'oldest']).default('newest').describe('by arrival'),
})
export type ReservationQuery = z.infer<typeof reservationQuery>

export const reservation = z.object({
  id,
  reservationNo: z.string().nullable(),
  arrivalDate: isoDate,
  departureDate: isoDate,
  nights: z.number().int(),
  adults: z.number().int(),
  children: z.number().int(),
  babies: z.number().int(),
  status: reservationStatus,
  bookedOn: isoDate.nullable(),
  roomType: z.string().nullable(),
  marketSegment: z.string().nullable(),
  channel: z.string().nullable(),
  country: z.string().nullable(),
  meal: z.string().nullable(),
  customerType: z.string().nullable(),
  rate: z.number().nullable().describe('average daily rate in `currency`'),
  currency: z.string(),
  rateYen: z.number().int().nullable().describe('whole yen a night'),
})
export type Reservation = z.infer<typeof reservation>
export const reservationsResponse = z.object({
  reservations: z.array(reservation),
  previousCursor: z.string().nullable().describe('of the page before this one'),
  nextCursor: z.string().nullable(),
  offset: z.number().int().describe('rows before this page'),
  total: z.number().int().describe('rows that fit the filters'),
})
export type ReservationsResponse = z.infer<typeof reservationsResponse>
export const reservationResponse = z.object({ reservation })

/** GET /reservations/occupancy */
export const occupancyQuery = z.object({ from: isoDate.optional(), to: isoDate.optional() })
export type OccupancyQuery = z.infer<typeof occupancyQuery>
export const occupancyResponse = z.object({
  from: isoDate,
  to: isoDate,
  rooms: z.number().int().nullable().describe('rooms of the hotel, where it has told them'),
  days: z.array(
    z.object({
      date: isoDate,
      arrivals: z.number().int(),
      occupiedRooms: z.number().int(),
      occupiedRoomsYearBefore: z
        .number()
        .int()
        .nullable()
        .describe('52 weeks before, the same weekday; null where the hotel has no data of that time'),
    }),
  ),
  /** First and last arrival the hotel has, null when it has none. */
  data: z.object({ firstArrival: isoDate.nullable(), lastArrival: isoDate.nullable(), reservations: z.number().int() }),
  /** Values that occur, for the filters. */
  facets: z.object({
    marketSegments: z.array(z.string()),
    channels: z.array(z.string()),
    roomTypes: z.array(z.string()),
  }),
})
export type OccupancyResponse = z.infer<typeof occupancyResponse>

/** What a column of the file can mean. */
export const importFields = [
  'hotel',
  'reservationNo',
  'arrivalDate',
  'arrivalYear',
  'arrivalMonth',
  'arrivalDay',
  'departureDate',
  'nights',
  'weekendNights',
  'weekNights',
  'adults',
  'children',
  'babies',
  'status',
  'isCancelled',
  'leadTime',
  'bookedOn',
  'roomType',
  'marketSegment',
  'channel',
  'country',
  'meal',
  'customerType',
  'rate',
] as const
export const importField = z.enum(importFields)
export type ImportField = z.infer<typeof importField>

/** No finer than the settings keep it. */
export const yenRate = z.number().min(0.000001).max(1_000_000).multipleOf(0.000001)

export const importMapping = z.object({
  /** Field → heading of the file's column. What is left out is recognised by its heading. */
  columns: z.partialRecord(importField, label.nullable()).optional(),
  currency: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{3}$/)
    .optional()
    .describe('ISO 4217, of the rates'),
  yenRate: yenRate.optional().describe('yen for one unit of the currency'),
  hotelLabel: kept.trim().max(200).optional().describe('how the file calls this hotel; by default the setting'),
})
export type ImportMapping = z.infer<typeof importMapping>

/** Why a row, or with line 1 the file, was refused: a key of the texts `reservations.reasons`. */
export const importError = z.object({
  line: z.number().int().describe('line of the file, the headings being line 1'),
  column: z.string().nullable(),
  reason: z.string().describe('in the user’s language'),
})
export type ImportError = z.infer<typeof importError>

export const importStatus = z.enum(['queued', 'running', 'completed', 'failed', 'undone'])
export const reservationImport = z.object({
  id,
  status: importStatus,
  fileName: z.string(),
  dryRun: z.boolean(),
  rowsTotal: z.number().int().nullable(),
  rowsRead: z.number().int(),
  imported: z.number().int(),
  skipped: z.number().int().describe('rows of another hotel'),
  alreadyThere: z.number().int(),
  refused: z.number().int(),
  errors: z.array(importError).describe('the first 200 (none in the list of imports); all of them at …/errors.csv'),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  mapping: importMapping.nullable(),
  user: z.object({ id, name: z.string() }).nullable(),
  createdAt: instant,
  finishedAt: instant.nullable(),
})
export type ReservationImport = z.infer<typeof reservationImport>
export const importResponse = z.object({ import: reservationImport })
export type ImportResponse = z.infer<typeof importResponse>
export const importsResponse = z.object({ imports: z.array(reservationImport) })
export type ImportsResponse = z.infer<typeof importsResponse>

/** POST /reservations/imports/preview (multipart `file`: the first part of the file is enough). */
export const importPreviewResponse = z.object({
  headings: z.array(z.string()),
  columns: z.partialRecord(importField, z.string()).describe('recognised: field → heading'),
  missing: z.array(importField).describe('fields without which nothing can be imported'),
  sample: z.array(z.array(z.string())).describe('the first rows'),
  hotelLabels: z.array(z.string()).describe('labels seen in the part that was read'),
  hotelLabel: z.string().nullable().describe('this hotel’s own label, as set'),
  currency: z.string(),
  yenRate: z.number(),
})
export type ImportPreviewResponse = z.infer<typeof importPreviewResponse>

/** The upload of POST /reservations/imports (multipart/form-data). */
export const importUpload = z.object({
  file: z.file().describe('CSV or CSV in gzip; UTF-8, UTF-16 with byte order mark, or Shift_JIS'),
  mapping: importMapping.optional().describe('as JSON'),
  dryRun: z.stringbool().default(false).describe('reads and counts, and writes no reservation'),
})
export const importPreviewUpload = importUpload.pick({ file: true })

/** GET and PUT /settings/reservation-import: what holds where an import does not say otherwise. */
export const importSettings = z.object({
  hotelLabel: kept.trim().max(200).nullable().describe('how files call this hotel'),
  currency: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{3}$/)
    .describe('ISO 4217'),
  yenRate: yenRate.describe('yen for one unit of the currency; 1 for JPY'),
})
export type ImportSettings = z.infer<typeof importSettings>
