import { idParams } from '#shared/schemas/common'
import { reservationResponse } from '#shared/schemas/reservations'
import { getReservation } from '../../../domains/reservations/list-reservations'

export default defineApi({
  summary: 'One booking',
  tag: 'reservations',
  permission: 'reservations.view',
  params: idParams,
  response: reservationResponse,
  handler: ({ ctx, params }) => getReservation(ctx, params.id),
})
