import { sessionOrNull } from '#shared/schemas/identity'
import { revokeSession } from '../../../domains/identity/sessions'
import { useRuntime } from '../../../utils/runtime'
import { clearSessionCookie, readSessionCookie } from '../../../utils/session-cookie'

export default definePublicApi({
  summary: 'Sign out: the session ends on the server, not only in the browser',
  tag: 'auth',
  response: sessionOrNull,
  handler: async ({ event }) => {
    const sessionId = await readSessionCookie(event)
    const { db, live } = useRuntime()
    if (sessionId) {
      await revokeSession(db, sessionId)
      live.endSession(sessionId)
    }
    await clearSessionCookie(event)
    return { session: null }
  },
})
