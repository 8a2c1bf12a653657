import { pruneDeliveredEvents } from '../../utils/outbox-relay'
import { useRuntime } from '../../utils/runtime'

export default defineTask({
  meta: { name: 'events:prune', description: 'Forgets events that were delivered a week ago' },
  run: async () => ({ result: { events: await pruneDeliveredEvents(useRuntime().db, new Date()) } }),
})
