import type {
  EstimateResponse,
  ExecuteBody,
  ExecuteResponse,
  ExecutionDetail,
  ExecutionsResponse,
  FunctionsResponse,
  KnowledgeSectionResponse,
  Source,
} from '#shared/schemas/ai'

/** What a page sends to be run; the server fills in the rest. */
export type RunRequest = Pick<ExecuteBody, 'functionType'> & {
  parameters: Pick<ExecuteBody['parameters'], 'input' | 'customOptions'>
}

const historySize = 8
const estimateDelayMs = 350

/** The catalogue: what the plan offers, what it costs, and what a prediction can use. */
export function useAiFunctions() {
  return useApiData<FunctionsResponse>('/api/v1/ai/functions', {
    live: ['reservations.imported', 'reservations.import_undone'],
  })
}

/** The hotel's last runs with what they cost, a colleague's among them. */
export function useAiHistory() {
  return useApiData<ExecutionsResponse>('/api/v1/ai/executions', {
    query: { limit: historySize },
    live: ['ai.executed'],
  })
}

export function useAiLibrary() {
  const api = useApi()
  return {
    execution: (id: string) => api<ExecutionDetail>(`/api/v1/ai/executions/${id}`),
    section: (id: string) => api<KnowledgeSectionResponse>(`/api/v1/ai/knowledge/${id}`),
  }
}

/** What the run would cost, asked for again whenever it changes; null while there is nothing to ask about. */
export function useAiEstimate(request: Ref<RunRequest | null>) {
  const api = useApi()
  const { t } = useI18n()
  const estimate = shallowRef<EstimateResponse | null>(null)
  const error = shallowRef<ApiError | null>(null)

  async function ask() {
    const asked = request.value
    if (!asked) return
    try {
      const answer = await api<EstimateResponse>('/api/v1/ai/estimate', { method: 'POST', body: asked })
      if (asked !== request.value) return
      estimate.value = answer
      error.value = null
    } catch (thrown) {
      if (asked !== request.value) return
      estimate.value = null
      error.value = toApiError(thrown, (code) => t(`common.errors.${code}`))
    }
  }
  watch(request, (now) => {
    if (now) return
    estimate.value = null
    error.value = null
  })
  watchDebounced(request, ask, { debounce: estimateDelayMs })
  onMounted(ask)
  return { estimate, error, refresh: ask }
}

/** One run at a time: starts it, follows what it writes, stops it, and finds its result again when the line breaks. */
export function useAiRun() {
  const { t } = useI18n()
  const library = useAiLibrary()
  const isRunning = ref(false)
  const isStopped = ref(false)
  const elapsedSeconds = ref(0)
  const text = ref('')
  const sources = shallowRef<Source[]>([])
  const result = shallowRef<ExecuteResponse | null>(null)
  const error = shallowRef<ApiError | null>(null)
  let executionId: string | null = null
  let stopping: AbortController | undefined

  const clock = useIntervalFn(() => (elapsedSeconds.value += 1), 1000, { immediate: false })
  onScopeDispose(() => stopping?.abort())

  function clear() {
    isStopped.value = false
    elapsedSeconds.value = 0
    text.value = ''
    sources.value = []
    result.value = null
    error.value = null
    executionId = null
  }

  async function run(request: RunRequest) {
    if (isRunning.value) return
    clear()
    isRunning.value = true
    clock.resume()
    stopping = new AbortController()
    try {
      await follow(request, stopping.signal)
    } catch (thrown) {
      if (!isStopped.value) error.value = toApiError(thrown, (code) => t(`common.errors.${code}`))
    }
    // Stopped, or the line broke: the server has booked what was produced.
    if (!result.value && executionId) await findAgain(executionId)
    clock.pause()
    isRunning.value = false
  }

  async function follow(request: RunRequest, signal: AbortSignal) {
    const response = await fetch('/api/v1/ai/execute', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        // Of this one press of the button: whatever the network repeats is charged once.
        'Idempotency-Key': crypto.randomUUID(),
      },
      body: JSON.stringify(request),
      signal,
    })
    if (!response.ok || !response.body)
      throw Object.assign(new Error(), { statusCode: response.status, data: await response.json() })
    for await (const { name, data } of readEvents(response.body)) hear(name, data)
  }

  function hear(name: string, data: unknown) {
    if (name === 'start') executionId = (data as { executionId: string }).executionId
    if (name === 'sources') sources.value = (data as { sources: Source[] }).sources
    if (name === 'delta') text.value += (data as { text: string }).text
    if (name === 'result') result.value = data as ExecuteResponse
    if (name === 'error') throw Object.assign(new Error(), { statusCode: 500, data })
  }

  async function findAgain(id: string) {
    for (let tries = 0; tries < 20; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 300))
      const found = await library.execution(id).catch(() => null)
      if (!found || found.execution.status === 'RUNNING') continue
      if (found.result) {
        result.value = found.result
        error.value = null
      }
      return
    }
  }

  /** What was produced so far stays, and is charged. */
  function stop() {
    isStopped.value = true
    stopping?.abort()
  }

  function show(detail: ExecutionDetail) {
    clear()
    result.value = detail.result
    isStopped.value = detail.execution.status === 'STOPPED'
  }

  return { isRunning, isStopped, elapsedSeconds, text, sources, result, error, run, stop, show, clear }
}
