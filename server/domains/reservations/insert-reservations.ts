import type { Context } from '../../utils/context'
import type { Transaction } from '../../utils/db'
import { newId } from '../../utils/ids'
import type { ReservationDraft } from './file/row'

export interface NewReservation extends ReservationDraft {
  /** SHA-256, base64 */
  fingerprint: string
  occurrence: number
}

/** Inserts what is not there yet; one statement, whose rows are one JSON parameter. @returns how many were new */
export function insertReservations(
  tx: Transaction,
  ctx: Context,
  { importId, currency }: { importId: string; currency: string },
  batch: NewReservation[],
): Promise<number> {
  const rows = JSON.stringify(batch.map((reservation) => ({ id: newId(), ...reservation })))
  return tx.$executeRaw`
    INSERT INTO reservations (
      tenant_id, id, import_id, reservation_no, fingerprint, occurrence, arrival_date, departure_date, nights,
      adults, children, babies, status, booked_on, room_type, market_segment, channel, country, meal, customer_type,
      rate, currency, rate_yen, created_at)
    SELECT ${ctx.tenantId}::uuid, id, ${importId}::uuid, "reservationNo", decode(fingerprint, 'base64'), occurrence, "arrivalDate", "departureDate", nights,
      adults, children, babies, status, "bookedOn", "roomType", "marketSegment", channel, country, meal, "customerType",
      rate, ${currency}, "rateYen", ${ctx.now}
    FROM jsonb_to_recordset(${rows}::jsonb) AS r (
      id uuid, "reservationNo" text, fingerprint text, occurrence int, "arrivalDate" date, "departureDate" date, nights int,
      adults int, children int, babies int, status text, "bookedOn" date, "roomType" text, "marketSegment" text, channel text,
      country text, meal text, "customerType" text, rate numeric, "rateYen" int)
    ON CONFLICT (tenant_id, fingerprint, occurrence) DO NOTHING`
}

/** How many of them are there already; writes nothing. */
export async function countThere(tx: Transaction, ctx: Context, batch: NewReservation[]): Promise<number> {
  const keys = JSON.stringify(batch.map(({ fingerprint, occurrence }) => ({ fingerprint, occurrence })))
  const [row] = await tx.$queryRaw<{ there: number }[]>`
    SELECT count(*)::int AS there
      FROM jsonb_to_recordset(${keys}::jsonb) AS k (fingerprint text, occurrence int)
      JOIN reservations r ON r.tenant_id = ${ctx.tenantId}::uuid AND r.fingerprint = decode(k.fingerprint, 'base64') AND r.occurrence = k.occurrence`
  return row?.there ?? 0
}
