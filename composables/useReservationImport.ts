import type {
  ImportField,
  ImportMapping,
  ImportPreviewResponse,
  ImportResponse,
  ImportSettings,
  ImportsResponse,
  ReservationImport,
} from '#shared/schemas/reservations'

const path = '/api/v1/reservations/imports'
/** As much of a file is enough to see what it looks like; a smaller one is sent whole, which finds all its hotels. */
const previewedWholeBytes = 8 * 2 ** 20
const previewedPartBytes = 2 ** 20
const lookAgainMs = 700

export const isUnderWay = ({ status }: ReservationImport) => status === 'queued' || status === 'running'

/** How the person wants the chosen file read. */
export interface ImportChoices {
  /** What differs from what was recognised; null leaves a column out. */
  columns: Partial<Record<ImportField, string | null>>
  currency: string
  yenRate: number | undefined
  hotelLabel: string
}

/** A file from its choice to the result of its import. */
export function useReservationImport() {
  const api = useApi()
  const fail = useFailureToast()
  const { t } = useI18n()

  const file = shallowRef<File | null>(null)
  const preview = shallowRef<ImportPreviewResponse | null>(null)
  const choices = ref<ImportChoices>({ columns: {}, currency: 'JPY', yenRate: 1, hotelLabel: '' })
  const current = shallowRef<ReservationImport | null>(null)
  /** The last import of the chosen file: one opened from the history may be of another. */
  const startedId = ref<string | null>(null)
  const isOfFile = computed(() => file.value !== null && current.value?.id === startedId.value)
  // With other choices it is another import: what a dry run showed before is not what would be brought in.
  watch(choices, () => (startedId.value = null), { deep: true })
  const refusal = shallowRef<ApiError | null>(null)
  const isBusy = ref(false)
  const history = useApiData<ImportsResponse>(path, {
    live: ['reservations.imported', 'reservations.import_undone', 'reservations.import_failed'],
  })

  async function busy(work: () => Promise<void>) {
    isBusy.value = true
    refusal.value = null
    try {
      await work()
    } catch (thrown) {
      refusal.value = toApiError(thrown, (code) => t(`common.errors.${code}`))
    } finally {
      isBusy.value = false
    }
  }

  function clear() {
    file.value = null
    preview.value = null
    current.value = null
    refusal.value = null
  }

  async function choose(chosen: File) {
    clear()
    await busy(async () => {
      const part = chosen.size <= previewedWholeBytes ? chosen : chosen.slice(0, previewedPartBytes)
      const form = new FormData()
      form.set('file', part, chosen.name)
      const seen = await api<ImportPreviewResponse>(`${path}/preview`, { method: 'POST', body: form })
      const own = seen.hotelLabels.find((label) => label === seen.hotelLabel)
      choices.value = {
        columns: {},
        currency: seen.currency,
        yenRate: seen.yenRate,
        hotelLabel: own ?? (seen.hotelLabels.length === 1 ? (seen.hotelLabels[0] ?? '') : ''),
      }
      preview.value = seen
      file.value = chosen
    })
  }

  async function start(dryRun: boolean) {
    const chosen = file.value
    if (!chosen) return
    await busy(async () => {
      const form = new FormData()
      form.set('mapping', JSON.stringify(mappingOf(choices.value)))
      form.set('dryRun', String(dryRun))
      form.set('file', chosen, chosen.name)
      const answer = await api<ImportResponse>(path, { method: 'POST', body: form })
      startedId.value = answer.import.id
      current.value = answer.import
      await history.refresh()
    })
  }

  /** Stops one that runs, takes back one that is done. */
  async function undo({ id }: ReservationImport) {
    const answer = await api<ImportResponse>(`${path}/${id}`, { method: 'DELETE' })
    if (current.value?.id === id) current.value = answer.import
    await history.refresh()
  }

  async function show({ id }: ReservationImport) {
    const answer = await api<ImportResponse>(`${path}/${id}`)
    current.value = answer.import
  }

  async function look() {
    const followed = current.value
    if (!followed || !isUnderWay(followed)) return
    // A moment without the server (it restarts, the phone is in a lift) is waited out.
    const answer = await api<ImportResponse>(`${path}/${followed.id}`).catch(() => null)
    if (!answer || current.value?.id !== followed.id) return
    current.value = answer.import
    if (!isUnderWay(answer.import)) await history.refresh()
  }
  useIntervalFn(look, lookAgainMs)

  /** Whoever comes back to the page finds the import that is under way. */
  const resume = () => {
    const running = history.data.value?.imports.find(isUnderWay)
    if (running && !current.value && !file.value) current.value = running
  }
  onMounted(resume)

  return { file, preview, choices, current, isOfFile, refusal, isBusy, history, choose, start, undo, show, clear, fail }
}

function mappingOf({ columns, currency, yenRate, hotelLabel }: ImportChoices): ImportMapping {
  return { columns, currency: currency.toUpperCase(), yenRate, hotelLabel: hotelLabel || undefined }
}

/** What holds where an import does not say otherwise. */
export function useImportSettings() {
  const api = useApi()
  return (settings: ImportSettings) =>
    api<ImportSettings>('/api/v1/settings/reservation-import', { method: 'PUT', body: settings })
}
