import { occupancyQuery, occupancyResponse } from '#shared/schemas/reservations'
import { getOccupancy } from '../../../domains/reservations/get-occupancy'

export default defineApi({
  summary: 'Arrivals and occupied rooms a day, with the year before; what data there is; the values to filter by',
  tag: 'reservations',
  permission: 'reservations.view',
  query: occupancyQuery,
  response: occupancyResponse,
  handler: ({ ctx, query }) => getOccupancy(ctx, query),
})
