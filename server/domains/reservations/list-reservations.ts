import { z } from 'zod'
import { isoDate } from '#shared/schemas/common'
import {
  reservationStatus,
  type Reservation,
  type ReservationQuery,
  type ReservationsResponse,
} from '#shared/schemas/reservations'
import { fromDateColumn, toDateColumn } from '#shared/utils/calendar'
import type { Prisma, Reservation as Row } from '../../generated/prisma/client'
import type { Context } from '../../utils/context'
import { decodeCursor, encodeCursor } from '../../utils/cursor'
import { notFound } from '../../utils/errors'

/** A page begins behind a booking, or ends before one. */
const position = z.object({ day: isoDate, id: z.uuid(), side: z.enum(['after', 'before']).default('after') })
type Position = z.infer<typeof position>

/** The hotel's bookings by arrival; from every page the cursors lead on and back. */
export function listReservations(ctx: Context, query: ReservationQuery): Promise<ReservationsResponse> {
  const where = filters(ctx, query)
  const start = query.cursor ? decodeCursor(query.cursor, position) : null
  const isBackwards = start?.side === 'before'
  const direction = (query.order === 'newest') === isBackwards ? 'asc' : 'desc'
  return ctx.db.read(async (tx) => {
    const total = await tx.reservation.count({ where })
    const rows = await tx.reservation.findMany({
      where: { AND: [where, start ? beyond(start, query.order) : {}] },
      orderBy: [{ arrivalDate: direction }, { id: direction }],
      take: query.limit,
    })
    if (isBackwards) rows.reverse()
    const [first, last] = [rows.at(0), rows.at(-1)]
    const offset =
      start && first
        ? await tx.reservation.count({ where: { AND: [where, beyond(beside(first, 'before'), query.order)] } })
        : 0
    return {
      reservations: rows.map(present),
      previousCursor: first && offset > 0 ? encodeCursor(beside(first, 'before')) : null,
      nextCursor: last && offset + rows.length < total ? encodeCursor(beside(last, 'after')) : null,
      offset,
      total,
    }
  })
}

export function getReservation(ctx: Context, id: string): Promise<{ reservation: Reservation }> {
  return ctx.db.read(async (tx) => {
    const row = await tx.reservation.findUnique({ where: { tenantId_id: { tenantId: ctx.tenantId, id } } })
    if (!row) throw notFound()
    return { reservation: present(row) }
  })
}

function filters(ctx: Context, query: ReservationQuery): Prisma.ReservationWhereInput {
  return {
    tenantId: ctx.tenantId,
    status: query.status,
    marketSegment: query.marketSegment,
    channel: query.channel,
    roomType: query.roomType,
    arrivalDate: { gte: query.from && toDateColumn(query.from), lte: query.to && toDateColumn(query.to) },
  }
}

const beside = (row: Row, side: Position['side']): Position => ({
  day: fromDateColumn(row.arrivalDate),
  id: row.id,
  side,
})

/** What comes before a booking or after it; the day stands alone first, so that the index leads there. */
function beyond({ day, id, side }: Position, order: ReservationQuery['order']): Prisma.ReservationWhereInput {
  const arrivalDate = toDateColumn(day)
  return (order === 'newest') === (side === 'after')
    ? { arrivalDate: { lte: arrivalDate }, OR: [{ arrivalDate: { lt: arrivalDate } }, { id: { lt: id } }] }
    : { arrivalDate: { gte: arrivalDate }, OR: [{ arrivalDate: { gt: arrivalDate } }, { id: { gt: id } }] }
}

function present(row: Row): Reservation {
  return {
    id: row.id,
    reservationNo: row.reservationNo,
    arrivalDate: fromDateColumn(row.arrivalDate),
    departureDate: fromDateColumn(row.departureDate),
    nights: row.nights,
    adults: row.adults,
    children: row.children,
    babies: row.babies,
    status: reservationStatus.parse(row.status),
    bookedOn: row.bookedOn && fromDateColumn(row.bookedOn),
    roomType: row.roomType,
    marketSegment: row.marketSegment,
    channel: row.channel,
    country: row.country,
    meal: row.meal,
    customerType: row.customerType,
    rate: row.rate && row.rate.toNumber(),
    currency: row.currency,
    rateYen: row.rateYen,
  }
}
