import { queueDueAttempts } from '../../domains/payments/auto-purchase/queue-attempts'
import { useRuntime } from '../../utils/runtime'

export default defineTask({
  meta: { name: 'payments:auto-purchase', description: 'Looks again at the accounts at or below their threshold' },
  run: async () => ({ result: await queueDueAttempts(useRuntime().db) }),
})
