import { pruneSessions } from '../../domains/identity/sessions'
import { pruneIdempotencyKeys } from '../../utils/idempotency'
import { useRuntime } from '../../utils/runtime'

export default defineTask({
  meta: { name: 'identity:prune', description: 'Forgets sessions and idempotency keys whose time is over' },
  run: async () => {
    const { db } = useRuntime()
    const now = new Date()
    return { result: { sessions: await pruneSessions(db, now), keys: await pruneIdempotencyKeys(db, now) } }
  },
})
