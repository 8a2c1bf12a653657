import type {
  Allocation,
  AllocateBody,
  CreditLimitBody,
  IssuerBody,
  IssuerResponse,
  OperatorPackage,
  PackageBody,
  TransferBody,
  TransferLinesBody,
  TransferLinesResponse,
  TransferOutcome,
  VoidInvoiceBody,
  VoidInvoiceResponse,
  WebhookRetryResponse,
  WebhooksRetryResponse,
} from '#shared/schemas/operator'

/** A list's filters, kept in the address: what is seen can be sent to a colleague, and the way back leads to it. */
export function useUrlFilters<Name extends string>(names: readonly Name[]) {
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
  const change = (changed: Partial<Record<Name, string>>) =>
    void router.replace({ query: { ...route.query, ...changed } })
  const clear = () =>
    change(Object.fromEntries(names.map((name) => [name, undefined])) as Partial<Record<Name, string>>)
  /** One filter as a field shows it. @param empty what a select has for no choice */
  const field = (name: Name, empty = '') =>
    computed<string>({
      get: () => filters.value[name] ?? empty,
      set: (value) => change({ [name]: value === empty ? undefined : value } as Partial<Record<Name, string>>),
    })
  return { filters, active, clear, field }
}

/** The kit's select knows no empty value. */
export const anyValue = '*'

/** A list over all hotels, a page at a time; the way back is remembered. */
export function useOperatorList<T extends { nextCursor: string | null }>(
  path: string,
  filters: Ref<Record<string, string | undefined>>,
) {
  /** Where each page began that was left by "next"; the last one is the present page's. */
  const cursors = ref<string[]>([])
  watch(filters, () => (cursors.value = []))
  const query = computed(() => ({ ...filters.value, limit: 50, cursor: cursors.value.at(-1) }))
  const { data, error, status, refresh } = useApiData<T>(path, { query })
  const next = () => {
    if (data.value?.nextCursor) cursors.value = [...cursors.value, data.value.nextCursor]
  }
  const previous = () => {
    cursors.value = cursors.value.slice(0, -1)
  }
  const paging = computed(() => ({
    hasPrevious: cursors.value.length > 0,
    hasNext: Boolean(data.value?.nextCursor),
    isBusy: status.value === 'pending',
  }))
  return { data, error, refresh, next, previous, paging }
}

/** An invoice chosen to be paid, with what one needs to see of it. */
export interface ChosenInvoice extends Allocation {
  invoiceNumber: string
  hotelName: string
  openYen: number
}
export const allocationsOf = (chosen: ChosenInvoice[]): Allocation[] =>
  chosen.map(({ tenantId, invoiceId, amountYen }) => ({ tenantId, invoiceId, amountYen }))
export const sumOfChosen = (chosen: ChosenInvoice[]) => chosen.reduce((sum, { amountYen }) => sum + amountYen, 0)
/** Nothing more is given than the transfer has and the invoices need. */
export const fits = (chosen: ChosenInvoice[], amountYen: number) =>
  sumOfChosen(chosen) <= amountYen && chosen.every((one) => one.amountYen >= 1 && one.amountYen <= one.openYen)

/** What the operator does. `idempotencyKey`: of one decision; pressing again changes nothing more. */
export function useOperatorActions() {
  const api = useApi()
  const root = '/api/v1/operator'
  return {
    createPackage: (body: PackageBody, idempotencyKey: string) =>
      api<OperatorPackage>(`${root}/packages`, { method: 'POST', body, idempotencyKey }),
    changePackage: (id: string, body: PackageBody) =>
      api<OperatorPackage>(`${root}/packages/${id}`, { method: 'PUT', body }),
    saveIssuer: (body: IssuerBody) => api<IssuerResponse>(`${root}/issuer`, { method: 'PUT', body }),
    setCreditLimit: (tenantId: string, body: CreditLimitBody, idempotencyKey: string) =>
      api(`${root}/hotels/${tenantId}/credit-limit`, { method: 'PUT', body, idempotencyKey }),
    voidInvoice: (tenantId: string, id: string, body: VoidInvoiceBody, idempotencyKey: string) =>
      api<VoidInvoiceResponse>(`${root}/hotels/${tenantId}/invoices/${id}/void`, {
        method: 'POST',
        body,
        idempotencyKey,
      }),
    recordTransfer: (body: TransferBody, idempotencyKey: string) =>
      api<TransferOutcome>(`${root}/transfers`, { method: 'POST', body, idempotencyKey }),
    allocateTransfer: (id: string, body: AllocateBody, idempotencyKey: string) =>
      api<TransferOutcome>(`${root}/transfers/${id}/allocations`, { method: 'POST', body, idempotencyKey }),
    recordLines: (body: TransferLinesBody, idempotencyKey: string) =>
      api<TransferLinesResponse>(`${root}/transfers/lines`, { method: 'POST', body, idempotencyKey }),
    retryWebhook: (id: string) => api<WebhookRetryResponse>(`${root}/webhooks/${id}/retry`, { method: 'POST' }),
    retryFailedWebhooks: () => api<WebhooksRetryResponse>(`${root}/webhooks/retry`, { method: 'POST' }),
  }
}

/** A decision on its way: busy while it is, and why it was refused. The key changes with what is decided. */
export function useDecision(decided: () => unknown) {
  const { t } = useI18n()
  const isBusy = ref(false)
  const refusal = shallowRef<ApiError | null>(null)
  let key = crypto.randomUUID()
  watch(decided, () => (key = crypto.randomUUID()), { deep: true })

  /** @returns the answer, or undefined when it was refused */
  async function decide<T>(send: (idempotencyKey: string) => Promise<T>): Promise<T | undefined> {
    isBusy.value = true
    refusal.value = null
    try {
      return await send(key)
    } catch (error) {
      refusal.value = toApiError(error, (code) => t(`common.errors.${code}`))
      return undefined
    } finally {
      isBusy.value = false
    }
  }
  return { isBusy, refusal, decide }
}
