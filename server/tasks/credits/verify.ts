import { verifyBooks } from '../../domains/credits/verify-books'
import { logger } from '../../utils/logger'
import { useRuntime } from '../../utils/runtime'

export default defineTask({
  meta: { name: 'credits:verify', description: 'Recomputes every balance and raises an alert where one differs' },
  run: async () => {
    const differences = await verifyBooks(useRuntime().db, new Date())
    if (differences.length > 0) logger.error({ differences }, 'credits: the books differ')
    return { result: { differences: differences.length } }
  },
})
