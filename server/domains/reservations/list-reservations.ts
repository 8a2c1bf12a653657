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

const position = z.object({ day: isoDate, id: z.uuid() })

/** The hotel's bookings by arrival. */
export function listReservations(ctx: Context, query: ReservationQuery): Promise<ReservationsResponse> {
  const where = filters(ctx, query)
  const direction = query.order === 'newest' ? 'desc' : 'asc'
  return ctx.db.read(async (tx) => {
    const total = await tx.reservation.count({ where })
    const rows = await tx.reservation.findMany({
      where: { AND: [where, behind(query)] },
      orderBy: [{ arrivalDate: direction }, { id: direction }],
      take: query.limit + 1,
    })
    const shown = rows.slice(0, query.limit)
    const last = shown.at(-1)
    return {
      reservations: shown.map(present),
      nextCursor:
        rows.length > query.limit && last ? encodeCursor({ day: fromDateColumn(last.arrivalDate), id: last.id }) : null,
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

/** What comes behind the page before; the day stands alone first, so that the index leads there. */
function behind({ cursor, order }: ReservationQuery): Prisma.ReservationWhereInput {
  if (!cursor) return {}
  const { day, id } = decodeCursor(cursor, position)
  const arrivalDate = toDateColumn(day)
  return order === 'newest'
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
