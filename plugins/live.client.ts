/** A tab out of sight gives its connection back after a while: browsers open only six to one server. */
const hiddenForMs = 30_000

/** One stream of events a tab, open while somebody of a hotel is signed in and the tab is looked at. */
export default defineNuxtPlugin(() => {
  const { load, can } = useSession()
  const store = useSessionStore()
  const visibility = useDocumentVisibility()
  const isListener = () => can('dashboard.view')
  const stream = new LiveStream(
    () => new EventSource('/api/v1/events'),
    async () => {
      await load({ again: true })
      return isListener()
    },
  )

  const { start: forgetSoon, stop: keep } = useTimeoutFn(() => stream.disconnect(), hiddenForMs, { immediate: false })
  watch(
    [() => store.session?.user.id, visibility],
    () => {
      keep()
      if (!isListener()) stream.disconnect()
      else if (visibility.value === 'visible') stream.connect()
      else forgetSoon()
    },
    { immediate: true },
  )

  return { provide: { live: stream } }
})
