import { endDeadRuns } from '../../domains/ai/end-dead-runs'
import { useRuntime } from '../../utils/runtime'

export default defineTask({
  meta: { name: 'ai:end-dead-runs', description: 'Ends the AI executions whose server was killed' },
  run: async () => ({ result: { ended: await endDeadRuns(useRuntime().db, new Date()) } }),
})
