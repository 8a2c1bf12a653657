import { z } from 'zod'
import { useRuntime } from '../utils/runtime'

const healthResponse = z.object({ status: z.enum(['ok', 'starting', 'failing']), step: z.string().optional() })

export default definePublicApi({
  summary: '200 once the server can serve: database reached, migrations and, where asked for, demonstration data in',
  tag: 'health',
  response: healthResponse,
  handler: async ({ event }) => {
    const { db, ready, stopping } = useRuntime()
    if (stopping.signal.aborted) setResponseStatus(event, 503)
    if (!ready.demo) {
      setResponseStatus(event, 503)
      return { status: 'starting' as const, step: ready.step }
    }
    const reached = await db.pool.query('SELECT count(*) FROM plans').then(
      () => true,
      () => false,
    )
    if (!reached) setResponseStatus(event, 503)
    return { status: reached ? ('ok' as const) : ('failing' as const) }
  },
})
