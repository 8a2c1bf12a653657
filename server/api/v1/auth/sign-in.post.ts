import { sessionOrNull, signInBody } from '#shared/schemas/identity'
import { describeSession } from '../../../domains/identity/describe-session'
import { signIn } from '../../../domains/identity/sign-in'
import { findSession } from '../../../domains/identity/sessions'
import { countSignIn } from '../../../utils/rate-limits'
import { useRuntime } from '../../../utils/runtime'
import { writeSessionCookie } from '../../../utils/session-cookie'

export default definePublicApi({
  summary: 'Sign in with mail address and password',
  tag: 'auth',
  body: signInBody,
  response: sessionOrNull,
  handler: async ({ event, body, visitor }) => {
    await countSignIn(body.email, visitor.address ?? '')
    const { db } = useRuntime()
    const sessionId = await signIn(db, { verify: verifyPassword, hash: hashPassword }, body, visitor)
    await writeSessionCookie(event, sessionId)
    const signedIn = await findSession(db, sessionId, visitor.now)
    return { session: signedIn && describeSession(signedIn) }
  },
})
