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
    if (sessionId) await revokeSession(useRuntime().db, sessionId)
    await clearSessionCookie(event)
    return { session: null }
  },
})
