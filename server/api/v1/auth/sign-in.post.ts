import { sessionOrNull, signInBody } from '#shared/schemas/identity'
import { describeSession } from '../../../domains/identity/describe-session'
import { signIn } from '../../../domains/identity/sign-in'
import { findSession, revokeSession } from '../../../domains/identity/sessions'
import { countSignIn } from '../../../utils/rate-limits'
import { useRuntime } from '../../../utils/runtime'
import { readSessionCookie, writeSessionCookie } from '../../../utils/session-cookie'

export default definePublicApi({
  summary: 'Sign in with mail address and password',
  tag: 'auth',
  body: signInBody,
  response: sessionOrNull,
  handler: async ({ event, body, visitor }) => {
    await countSignIn(body.email, visitor.address ?? '')
    const { db, live } = useRuntime()
    const former = await readSessionCookie(event)
    const sessionId = await signIn(db, { verify: verifyPassword, hash: hashPassword }, body, visitor)
    await writeSessionCookie(event, sessionId)
    // Whoever signs in again, perhaps as somebody else, leaves no session behind.
    if (former) {
      await revokeSession(db, former)
      live.endSession(former)
    }
    const signedIn = await findSession(db, sessionId, visitor.now)
    return { session: signedIn && describeSession(signedIn) }
  },
})
