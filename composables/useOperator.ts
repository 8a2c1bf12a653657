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

/** The kit's select knows no empty value. */
export const anyValue = '*'

/** A list over all hotels, a page at a time. */
export function useOperatorList<T extends { nextCursor: string | null }>(
  path: string,
  filters: Ref<Record<string, string | undefined>>,
) {
  const { hasPrevious, hasNext, isLoading, ...list } = usePager<T>(path, { query: filters, limit: 50 })
  const paging = computed(() => ({
    hasPrevious: hasPrevious.value,
    hasNext: hasNext.value,
    isBusy: isLoading.value,
  }))
  return { ...list, paging }
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
