import { hotelsQuery, hotelsResponse } from '#shared/schemas/operator'
import { listHotels } from '../../../../domains/payments/operator/list-hotels'
import { useRuntime } from '../../../../utils/runtime'

export default defineApi({
  summary: 'Every hotel: credit limit, outstanding, overdue',
  tag: 'operator',
  permission: 'platform.manage',
  query: hotelsQuery,
  response: hotelsResponse,
  handler: ({ ctx, query }) => listHotels(useRuntime().db, query, ctx.now),
})
