import type {
  OccupancyQuery,
  OccupancyResponse,
  Reservation,
  ReservationQuery,
  ReservationsResponse,
} from '#shared/schemas/reservations'

export type ReservationFilters = Partial<Omit<ReservationQuery, 'cursor' | 'limit'>>

/** What changes the hotel's bookings. */
export const reservationEvents: LiveEventType[] = ['reservations.imported', 'reservations.import_undone']
const pageSize = 50

/** The hotel's bookings, a page at a time; the way back is remembered. */
export function useReservations(filters: Ref<ReservationFilters>) {
  /** Where each page began that was left by "next"; the last one is the present page's. */
  const cursors = ref<string[]>([])
  watch(filters, () => (cursors.value = []))
  const query = computed(() => ({ ...filters.value, limit: pageSize, cursor: cursors.value.at(-1) }))
  const { data, error, status, refresh } = useApiData<ReservationsResponse>('/api/v1/reservations', {
    query,
    live: reservationEvents,
  })

  const first = computed(() => cursors.value.length * pageSize + 1)
  const last = computed(() => first.value - 1 + (data.value?.reservations.length ?? 0))
  const next = () => {
    if (data.value?.nextCursor) cursors.value = [...cursors.value, data.value.nextCursor]
  }
  const previous = () => {
    cursors.value = cursors.value.slice(0, -1)
  }
  return {
    data,
    error,
    status,
    refresh,
    first,
    last,
    next,
    previous,
    hasPrevious: computed(() => cursors.value.length > 0),
  }
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
