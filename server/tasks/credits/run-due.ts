import { runDue } from '../../domains/credits/run-due'
import { useRuntime } from '../../utils/runtime'

export default defineTask({
  meta: {
    name: 'credits:run-due',
    description: 'Monthly resets (00:05 on the first, in each hotel’s time zone) and expiries',
  },
  run: async () => ({ result: await runDue(useRuntime().db, new Date()) }),
})
