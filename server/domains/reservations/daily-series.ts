import { addDays, dayOf, fromDateColumn } from '#shared/utils/calendar'
import type { Context } from '../../utils/context'
import type { Transaction } from '../../utils/db'
import { fillDays, runningTotals, type DayValue } from './rules'

export type SeriesMetric = 'arrivals' | 'occupied_rooms'

export interface DailySeries {
  /** The day of the first value; null when there is none. */
  start: string | null
  /** One value a day, without holes, up to the day before `before`. */
  values: number[]
}

/**
 * What happened at the hotel a day, for forecasting: only reservations that did arrive, and nothing that was not
 * known before the day `before` (a stay that began earlier counts up to the day before it).
 */
export async function dailySeries(
  ctx: Context,
  { metric, before }: { metric: SeriesMetric; before: string },
): Promise<DailySeries> {
  const changes = await ctx.db.read((tx) =>
    metric === 'arrivals'
      ? tx.$queryRaw<ChangeRow[]>`
          SELECT arrival_date AS day, count(*)::int AS value FROM reservations
           WHERE tenant_id = ${ctx.tenantId}::uuid AND status = 'ARRIVED' AND arrival_date < ${before}::date
           GROUP BY arrival_date ORDER BY arrival_date`
      : tx.$queryRaw<ChangeRow[]>`
          SELECT change.day, sum(change.rooms)::int AS value
            FROM reservations r CROSS JOIN LATERAL (VALUES (r.arrival_date, 1), (r.departure_date, -1)) AS change (day, rooms)
           WHERE r.tenant_id = ${ctx.tenantId}::uuid AND r.status = 'ARRIVED' AND r.arrival_date < ${before}::date AND change.day < ${before}::date
           GROUP BY change.day ORDER BY change.day`,
  )
  const first = changes[0]
  if (!first) return { start: null, values: [] }
  const start = fromDateColumn(first.day)
  const filled = fillDays(changes.map(dayValue), start, addDays(before, -1))
  return { start, values: metric === 'arrivals' ? filled : runningTotals(filled) }
}

/**
 * The days a forecast may learn from: from the first arrival to the last day, before today, whose outcome is
 * known (somebody arrived, or did not show up).
 */
export async function dataSpan(
  tx: Transaction,
  ctx: Context,
): Promise<{ firstDay: string | null; lastCompleteDay: string | null }> {
  const today = dayOf(ctx.now, ctx.tenant.timeZone)
  // Each status by itself: so both ends of its index answer at once, and no row between them is read.
  const [span] = await tx.$queryRaw<{ first: Date | null; last: Date | null }[]>`
    SELECT min(span.first) AS first, max(span.last) AS last
      FROM unnest(ARRAY['ARRIVED', 'NO_SHOW']) AS known (status)
     CROSS JOIN LATERAL (
       SELECT min(arrival_date) AS first, max(arrival_date) AS last FROM reservations
        WHERE tenant_id = ${ctx.tenantId}::uuid AND status = known.status AND arrival_date < ${today}::date) AS span`
  return {
    firstDay: span?.first ? fromDateColumn(span.first) : null,
    lastCompleteDay: span?.last ? fromDateColumn(span.last) : null,
  }
}

interface ChangeRow {
  day: Date
  value: number
}

const dayValue = ({ day, value }: ChangeRow): DayValue => ({ day: fromDateColumn(day), value })
