import { reservationQuery, reservationsResponse } from '#shared/schemas/reservations'
import { listReservations } from '../../../domains/reservations/list-reservations'

export default defineApi({
  summary: 'The hotel’s bookings, by arrival',
  tag: 'reservations',
  permission: 'reservations.view',
  query: reservationQuery,
  response: reservationsResponse,
  handler: ({ ctx, query }) => listReservations(ctx, query),
})
