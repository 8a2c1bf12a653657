import { defineStore } from 'pinia'
import type { SessionResponse } from '#shared/schemas/identity'
import type { Permission } from '#shared/utils/rights'

/** Who is signed in, as this browser knows it. What one may do is decided by the server, at each request. */
export const useSessionStore = defineStore('session', () => {
  const session = ref<SessionResponse | null>(null)
  /** Whether the server has been asked yet. */
  const isKnown = ref(false)

  const isOperator = computed(() => session.value?.role === 'SUPER_ADMIN')
  /** Where a person lands after signing in. */
  const home = computed(() => (isOperator.value ? '/operator' : '/credits'))

  function remember(found: SessionResponse | null) {
    session.value = found
    isKnown.value = true
  }

  function can(permission: Permission): boolean {
    return session.value?.permissions.includes(permission) ?? false
  }

  return { session, isKnown, isOperator, home, remember, can }
})
