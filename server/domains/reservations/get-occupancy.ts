import { earliestDay, latestDay } from '#shared/schemas/common'
import type { OccupancyQuery, OccupancyResponse } from '#shared/schemas/reservations'
import { addDays, dayOf, daysBetween, fromDateColumn } from '#shared/utils/calendar'
import { Prisma } from '../../generated/prisma/client'
import type { Context } from '../../utils/context'
import type { Transaction } from '../../utils/db'
import { invalidInput } from '../../utils/invalid-input'
import { dayCounts, type StayGroup } from './rules'

const shownDays = 90
const maxDays = 400
/** A column with more is no kind of booking but a text, and nobody chooses from it. */
const maxValues = 200
/** 52 weeks: a Saturday is compared with a Saturday. */
const yearDays = 364

/** Arrivals and occupied rooms a day, what was sold in the year before, and what the hotel's data hold at all. */
export function getOccupancy(ctx: Context, query: OccupancyQuery): Promise<OccupancyResponse> {
  return ctx.db.read(async (tx) => {
    const { data, facets } = await readHoldings(tx, ctx)
    const { from, to } = period(query, data.lastArrival, dayOf(ctx.now, ctx.tenant.timeZone))
    const [present, before] = [
      await readStays(tx, ctx, from, to),
      await readStays(tx, ctx, addDays(from, -yearDays), addDays(to, -yearDays)),
    ]
    const occupiedBefore = dayCounts(before, addDays(from, -yearDays), addDays(to, -yearDays))
    const hadData = (day: string) => data.firstArrival !== null && day >= data.firstArrival
    const hotel = await tx.tenant.findUniqueOrThrow({ where: { id: ctx.tenantId }, select: { rooms: true } })
    return {
      from,
      to,
      rooms: hotel.rooms || null,
      days: dayCounts(present, from, to).map((day, index) => ({
        ...day,
        occupiedRoomsYearBefore: hadData(addDays(day.date, -yearDays))
          ? (occupiedBefore[index]?.occupiedRooms ?? 0)
          : null,
      })),
      data,
      facets,
    }
  })
}

/**
 * What is asked for; else the 90 days up to the last arrival or, for a hotel with bookings to come, a month ahead.
 * @throws INVALID_INPUT
 */
function period({ from, to }: OccupancyQuery, lastArrival: string | null, today: string): { from: string; to: string } {
  const end =
    to ?? (from ? addDays(from, shownDays - 1) : lastArrival && lastArrival < today ? lastArrival : addDays(today, 30))
  const start = from ?? addDays(end, 1 - shownDays)
  const days = daysBetween(start, end) + 1
  if (days < 1 || days > maxDays) throw invalidInput([{ path: 'to', problem: 'days', values: { maximum: maxDays } }])
  // What was not asked for is reckoned from what was, and must not lie where nobody can ask.
  if (start < earliestDay) throw invalidInput([{ path: 'from', problem: 'century' }])
  if (end > latestDay) throw invalidInput([{ path: 'to', problem: 'century' }])
  return { from: start, to: end }
}

/** Stays that touch the period, neither cancelled nor no-show, as many of a kind in one row. */
async function readStays(tx: Transaction, ctx: Context, from: string, to: string): Promise<StayGroup[]> {
  const rows = await tx.$queryRaw<{ arrival: Date; departure: Date; rooms: number }[]>`
    SELECT arrival_date AS arrival, departure_date AS departure, count(*)::int AS rooms FROM reservations
     WHERE tenant_id = ${ctx.tenantId}::uuid AND status IN ('ARRIVED', 'BOOKED')
       AND departure_date >= ${from}::date AND arrival_date <= ${to}::date
     GROUP BY arrival_date, departure_date`
  return rows.map(({ arrival, departure, rooms }) => ({
    arrival: fromDateColumn(arrival),
    departure: fromDateColumn(departure),
    rooms,
  }))
}

/** What the hotel's data hold at all: their span, and the values to filter by. Read from indexes alone. */
async function readHoldings(tx: Transaction, ctx: Context): Promise<Pick<OccupancyResponse, 'data' | 'facets'>> {
  const [span] = await tx.$queryRaw<{ first: Date | null; last: Date | null; count: number }[]>`
    SELECT (SELECT min(arrival_date) FROM reservations WHERE tenant_id = ${ctx.tenantId}::uuid) AS first,
           (SELECT max(arrival_date) FROM reservations WHERE tenant_id = ${ctx.tenantId}::uuid) AS last,
           (SELECT count(*)::int FROM reservations WHERE tenant_id = ${ctx.tenantId}::uuid) AS count`
  return {
    data: {
      firstArrival: span?.first ? fromDateColumn(span.first) : null,
      lastArrival: span?.last ? fromDateColumn(span.last) : null,
      reservations: span?.count ?? 0,
    },
    facets: {
      marketSegments: await readValues(tx, ctx, Prisma.sql`market_segment`),
      channels: await readValues(tx, ctx, Prisma.sql`channel`),
      roomTypes: await readValues(tx, ctx, Prisma.sql`room_type`),
    },
  }
}

/** The values of a column: from each the index leads to the next, past all the bookings that share it. */
async function readValues(tx: Transaction, ctx: Context, column: Prisma.Sql): Promise<string[]> {
  const rows = await tx.$queryRaw<{ value: string }[]>`
    WITH RECURSIVE found AS (
      SELECT min(${column}) AS value FROM reservations WHERE tenant_id = ${ctx.tenantId}::uuid
      UNION ALL
      SELECT (SELECT min(${column}) FROM reservations WHERE tenant_id = ${ctx.tenantId}::uuid AND ${column} > found.value)
        FROM found WHERE found.value IS NOT NULL
    )
    SELECT value FROM found WHERE value IS NOT NULL LIMIT ${maxValues}`
  return rows.map(({ value }) => value).sort((a, b) => a.localeCompare(b, 'ja'))
}
