interface CursorPages<Answer, T> {
  query?: MaybeRefOrGetter<Record<string, unknown>>
  live?: LiveEventType[]
  entriesOf: (answer: Answer) => T[]
  keyOf: (entry: T) => string
}

/** A list that grows downwards: what is new comes in at the top, what is older when it is asked for. */
export function useCursorPages<Answer extends { nextCursor: string | null }, T>(
  path: string,
  { query = {}, live, entriesOf, keyOf }: CursorPages<Answer, T>,
) {
  const api = useApi()
  const asked = computed(() => toValue(query))
  const { data: newest, error, refresh } = useApiData<Answer>(path, { query: asked, live })
  const known = shallowRef<Page<T> | null>(null)
  const isLoadingMore = ref(false)

  const pageOf = (answer: Answer): Page<T> => ({ entries: entriesOf(answer), nextCursor: answer.nextCursor })
  const page = computed(() => (newest.value ? mergeNewest(pageOf(newest.value), known.value, keyOf) : null))
  watch(asked, () => (known.value = null))

  async function loadMore() {
    const from = page.value
    if (!from?.nextCursor) return
    isLoadingMore.value = true
    try {
      const present = asked.value
      const older = await api<Answer>(path, { query: { ...present, cursor: from.nextCursor } })
      // Other filters meanwhile: what has come belongs to a list that is gone.
      if (present === asked.value) known.value = appendPage(from, pageOf(older))
    } finally {
      isLoadingMore.value = false
    }
  }

  /** Changes entries in their place: read again, the list would be back at its first page. */
  function change(changed: (entry: T) => T) {
    if (page.value) known.value = { ...page.value, entries: page.value.entries.map(changed) }
  }

  return { page, error, refresh, loadMore, isLoadingMore, change }
}
