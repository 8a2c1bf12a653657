import { storeToRefs } from 'pinia'
import type { SessionResponse, SignInBody } from '#shared/schemas/identity'

type Answer = { session: SessionResponse | null }

/** The signed-in person, and how one comes and goes. */
export function useSession() {
  const store = useSessionStore()
  const api = useApi()
  const { session, isOperator, home } = storeToRefs(store)

  /** Asks the server once a page load; `again` when the session may have ended meanwhile. */
  async function load(options: { again?: boolean } = {}): Promise<SessionResponse | null> {
    if (!store.isKnown || options.again) {
      const answer = await api<Answer>('/api/v1/auth/session')
      store.remember(answer.session)
    }
    return store.session
  }

  async function signIn(body: SignInBody): Promise<void> {
    const answer = await api<Answer>('/api/v1/auth/sign-in', { method: 'POST', body })
    // Nothing that was read for somebody else stays in the browser.
    clearNuxtData()
    store.remember(answer.session)
  }

  /** Leaves by a full page load, so that nothing of the session stays in memory. */
  async function signOut(): Promise<void> {
    await api<Answer>('/api/v1/auth/sign-out', { method: 'POST' })
    store.remember(null)
    await navigateTo('/sign-in', { external: true })
  }

  return { session, isOperator, home, can: store.can, load, signIn, signOut }
}
