import { z } from 'zod'
import { isReachable } from '../utils/db'
import { useRuntime } from '../utils/runtime'

const healthResponse = z.object({ status: z.enum(['ok', 'starting', 'failing']), step: z.string().optional() })

export default definePublicApi({
  summary: '200 once the server can serve: database reached, migrations and, where asked for, demonstration data in',
  tag: 'health',
  response: healthResponse,
  handler: async ({ event }) => {
    const { db, ready, stopping } = useRuntime()
    if (!ready.demo) {
      setResponseStatus(event, 503)
      return { status: 'starting' as const, step: ready.step }
    }
    const serves = !stopping.signal.aborted && (await isReachable(db))
    if (!serves) setResponseStatus(event, 503)
    return { status: serves ? ('ok' as const) : ('failing' as const) }
  },
})
