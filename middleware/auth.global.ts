import { requiredRole, type Permission } from '#shared/utils/rights'

declare module '#app' {
  interface PageMeta {
    /** May be seen without signing in. */
    public?: boolean
    /** The right the page needs. */
    permission?: Permission
  }
}

/** For comfort only: sends people where they can do something. What is allowed the server decides. */
export default defineNuxtRouteMiddleware(async (to) => {
  const { load, home, can } = useSession()
  const { $i18n } = useNuxtApp()
  const session = await load()
  // What does not exist says so, whoever asks.
  if (to.matched.length === 0) return
  if (to.path === '/sign-in' && session) return navigateTo(ownPath(to.query.to) ?? home.value, { replace: true })
  if (to.meta.public) return
  if (!session) return navigateTo({ path: '/sign-in', query: to.path === '/' ? {} : { to: to.fullPath } })
  if (to.path === '/') return navigateTo(home.value, { replace: true })
  if (to.meta.permission && !can(to.meta.permission)) {
    const needed = $i18n.t(`errors.roles.${requiredRole(to.meta.permission)}`)
    return abortNavigation(
      createError({ statusCode: 403, message: $i18n.t('errors.FORBIDDEN', { requiredRole: needed }), fatal: true }),
    )
  }
})
