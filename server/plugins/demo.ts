import { loadDemonstration } from '../domains/demo/load-demonstration'
import { env } from '../utils/env'
import { logger } from '../utils/logger'
import { useRuntime } from '../utils/runtime'

/** With DEMO=1 the server loads the demonstration's hotels at its start; /api/health says how far it is. */
export default defineNitroPlugin(() => {
  if (!env().DEMO) return
  const { db, ready } = useRuntime()
  loadDemonstration({ db, hashPassword, now: new Date(), onStep: (step) => (ready.step = step) }).then(
    () => (ready.demo = true),
    (error: unknown) => {
      ready.step = 'failed'
      logger.fatal({ err: error }, 'the demonstration’s data could not be loaded')
    },
  )
})
