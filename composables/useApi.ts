import type { UseFetchOptions } from 'nuxt/app'
import type { NitroFetchOptions, NitroFetchRequest } from 'nitropack'

type Options = Omit<NitroFetchOptions<NitroFetchRequest>, 'method'> & {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** For writes that move credits: the same key again does the same thing once. */
  idempotencyKey?: string
}
export type Api = <T>(path: string, options?: Options) => Promise<T>

/**
 * The API as the pages see it: the visitor's cookies also while rendering on the server, refusals as ApiError
 * with a sentence for the user, and the sign-in page when the session has ended.
 */
export function useApi(): Api {
  const nuxtApp = useNuxtApp()
  const request = useRequestFetch()
  const router = useRouter()
  const store = useSessionStore()
  const words = (code: LocalErrorCode) => nuxtApp.$i18n.t(`common.errors.${code}`)

  return async function api<T>(path: string, { idempotencyKey, ...options }: Options = {}): Promise<T> {
    const headers = new Headers(options.headers as HeadersInit | undefined)
    if (idempotencyKey) headers.set('Idempotency-Key', idempotencyKey)
    try {
      return (await request(path, { ...options, headers })) as T
    } catch (thrown) {
      const error = toApiError(thrown, words)
      if (error.data.error === 'UNAUTHENTICATED' && import.meta.client) {
        store.remember(null)
        await nuxtApp.runWithContext(() =>
          navigateTo({ path: '/sign-in', query: { to: router.currentRoute.value.fullPath } }),
        )
      }
      throw error
    }
  }
}

type DataOptions<T> = Pick<UseFetchOptions<T>, 'query' | 'key' | 'watch' | 'immediate' | 'lazy' | 'server'> & {
  /** Events after which the data is read again, without anybody pressing reload. */
  live?: LiveEventType[]
}

/** useFetch for a resource of the API, with its error as ApiError and kept fresh by events. */
export function useApiData<T>(path: string | (() => string), { live, ...options }: DataOptions<T> = {}) {
  const { t } = useI18n()
  const resource = useFetch(path, {
    ...options,
    deep: false,
    $fetch: useApi() as typeof $fetch,
  })
  // Typed here once: the routes' own types do not carry what defineApi declares.
  const data = resource.data as Ref<T | undefined>
  const error = computed(() =>
    resource.error.value ? toApiError(resource.error.value, (code) => t(`common.errors.${code}`)) : null,
  )
  if (live)
    useLive(
      live,
      useDebounceFn(() => resource.refresh(), 100, { maxWait: 1000 }),
    )
  return { data, error, status: resource.status, refresh: () => resource.refresh() }
}
