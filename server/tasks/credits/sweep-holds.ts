import { sweepHolds } from '../../domains/credits/sweep-holds'
import { useRuntime } from '../../utils/runtime'

export default defineTask({
  meta: { name: 'credits:sweep-holds', description: 'Ends the holds whose run died' },
  run: async () => ({ result: { swept: await sweepHolds(useRuntime().db, new Date()) } }),
})
