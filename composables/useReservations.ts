import type { z } from 'zod'
import {
  occupancyQuery,
  reservationQuery,
  type OccupancyQuery,
  type OccupancyResponse,
  type Reservation,
  type ReservationsResponse,
} from '#shared/schemas/reservations'

const listFields = reservationQuery
  .pick({ from: true, to: true, status: true, marketSegment: true, channel: true, roomType: true })
  .extend({ order: reservationQuery.shape.order.unwrap().optional() })
/** What of the list is shown. */
export type ReservationFilters = z.infer<typeof listFields>

/** What changes the hotel's bookings. */
export const reservationEvents: LiveEventType[] = ['reservations.imported', 'reservations.import_undone']
const pageSize = 50

const viewFields = listFields.extend({
  cursor: reservationQuery.shape.cursor,
  occupancyFrom: occupancyQuery.shape.from,
  occupancyTo: occupancyQuery.shape.to,
})
type ViewField = keyof typeof viewFields.shape
const viewNames = Object.keys(viewFields.shape) as ViewField[]

/**
 * What of the bookings is looked at, kept in the address: it can be sent to a colleague, stays over a reload, and
 * the browser's back button takes each step back. What an address says that cannot be is as if it were not said.
 */
export function useReservationsView() {
  const { filters: given, change } = useUrlFilters(viewNames, { steps: true })
  const view = computed(() => {
    const possible = viewNames.filter((name) => viewFields.shape[name].safeParse(given.value[name]).success)
    return viewFields.parse(Object.fromEntries(possible.map((name) => [name, given.value[name]])))
  })

  const filters = computed<ReservationFilters>({
    get: () => listFields.parse(view.value),
    // Of another list the place in this one says nothing.
    set: ({ from, to, status, marketSegment, channel, roomType, order }) =>
      change({ from, to, status, marketSegment, channel, roomType, order, cursor: undefined }),
  })
  const cursor = computed({
    get: () => view.value.cursor,
    set: (cursor) => change({ cursor }),
  })
  const period = computed<OccupancyQuery>({
    get: () => {
      const { occupancyFrom: from, occupancyTo: to } = view.value
      return from && to && from <= to ? { from, to } : {}
    },
    set: ({ from, to }) => change({ occupancyFrom: from, occupancyTo: to }),
  })
  return { filters, cursor, period }
}

/** No booking arrives after its first day and before its last. */
export const isReversedPeriod = ({ from, to }: ReservationFilters) =>
  from !== undefined && to !== undefined && from > to

/** The hotel's bookings, a page at a time. */
export function useReservations(filters: Ref<ReservationFilters>, cursor: Ref<string | undefined>) {
  const query = computed(() => ({ ...filters.value, limit: pageSize, cursor: cursor.value }))
  return useApiData<ReservationsResponse>('/api/v1/reservations', { query, live: reservationEvents })
}

/** Arrivals and occupied rooms a day; by default of the time the hotel's data end with. */
export function useOccupancy(period: Ref<OccupancyQuery>) {
  return useApiData<OccupancyResponse>('/api/v1/reservations/occupancy', { query: period, live: reservationEvents })
}

/** A reservation's guests as one sees them at a glance. */
export function useGuests() {
  const { t } = useI18n()
  const { number } = useFormat()
  return ({ adults, children, babies }: Pick<Reservation, 'adults' | 'children' | 'babies'>) =>
    [
      t('reservations.guests.adults', { count: number(adults) }, adults),
      ...(children ? [t('reservations.guests.children', { count: number(children) }, children)] : []),
      ...(babies ? [t('reservations.guests.babies', { count: number(babies) }, babies)] : []),
    ].join(t('reservations.guests.and'))
}
