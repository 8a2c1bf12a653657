import { jobTasks } from '../utils/job-tasks'
import { JobRunner } from '../utils/jobs'
import { useRuntime } from '../utils/runtime'

export default defineNitroPlugin((nitro) => {
  const { db, stopping } = useRuntime()
  const runner = new JobRunner(db, jobTasks, stopping.signal)
  void runner.start()
  nitro.hooks.hook('close', () => runner.stop())
})
