interface UrlFiltersOptions {
  /** Every change is a step that the browser's back button takes back; else only the last state is kept. */
  steps?: boolean
}

/** A list's filters, kept in the address: what is seen can be sent to a colleague, and the way back leads to it. */
export function useUrlFilters<Name extends string>(names: readonly Name[], { steps = false }: UrlFiltersOptions = {}) {
  const route = useRoute()
  const router = useRouter()

  const filters = computed(() => {
    const given: Partial<Record<Name, string>> = {}
    for (const name of names) {
      const value = route.query[name]
      if (typeof value === 'string' && value) given[name] = value
    }
    return given
  })
  const active = computed(() => Object.keys(filters.value).length)
  const change = (changed: Partial<Record<Name, string>>) => {
    const query = { ...route.query, ...changed }
    void (steps ? router.push({ query }) : router.replace({ query }))
  }
  const clear = () =>
    change(Object.fromEntries(names.map((name) => [name, undefined])) as Partial<Record<Name, string>>)
  /** One filter as a field shows it. @param empty what a select has for no choice */
  const field = (name: Name, empty = '') =>
    computed<string>({
      get: () => filters.value[name] ?? empty,
      set: (value) => change({ [name]: value === empty ? undefined : value } as Partial<Record<Name, string>>),
    })
  return { filters, active, change, clear, field }
}
