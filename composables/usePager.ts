interface PagerOptions {
  query?: MaybeRefOrGetter<Record<string, unknown>>
  limit: number
  live?: LiveEventType[]
}

/** A list a page at a time, back and on; the way back is remembered. Other filters begin it anew. */
export function usePager<Answer extends { nextCursor: string | null }>(
  path: string,
  { query = {}, limit, live }: PagerOptions,
) {
  /** Where each page began that was left by "next"; the last one is the present page's. */
  const cursors = ref<string[]>([])
  const filters = computed(() => toValue(query))
  watch(filters, () => (cursors.value = []))
  const asked = computed(() => ({ ...filters.value, limit, cursor: cursors.value.at(-1) }))
  const { data, error, status, refresh } = useApiData<Answer>(path, { query: asked, live })
  return {
    data,
    error,
    refresh,
    isLoading: computed(() => status.value === 'pending'),
    hasPrevious: computed(() => cursors.value.length > 0),
    hasNext: computed(() => Boolean(data.value?.nextCursor)),
    next: () => {
      if (data.value?.nextCursor) cursors.value = [...cursors.value, data.value.nextCursor]
    },
    previous: () => {
      cursors.value = cursors.value.slice(0, -1)
    },
  }
}
