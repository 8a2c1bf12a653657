import { sessionOrNull } from '#shared/schemas/identity'
import { describeSession } from '../../../domains/identity/describe-session'
import { findSession } from '../../../domains/identity/sessions'
import { useRuntime } from '../../../utils/runtime'
import { readSessionCookie } from '../../../utils/session-cookie'

export default definePublicApi({
  summary: 'Who is signed in; null when nobody is',
  tag: 'auth',
  response: sessionOrNull,
  handler: async ({ event, visitor }) => {
    const sessionId = await readSessionCookie(event)
    const signedIn = sessionId ? await findSession(useRuntime().db, sessionId, visitor.now) : null
    return { session: signedIn && describeSession(signedIn) }
  },
})
