import type {
  AutoPurchase,
  AutoPurchaseBody,
  AutoPurchaseDecision,
  AutoPurchaseDecisionsResponse,
} from '#shared/schemas/payments'

const path = '/api/v1/credits/auto-purchase'
const pageSize = 10

/** The auto-purchase's settings and what they have done this month. */
export function useAutoPurchase() {
  const settings = useApiData<AutoPurchase>(path, { live: autoPurchaseEvents })
  const { save: send } = useAutoPurchaseActions()
  async function save(body: AutoPurchaseBody) {
    settings.data.value = await send(body)
  }
  return { ...settings, save }
}

/** For a place that shows no more than whether it is on. */
export function useAutoPurchaseActions() {
  const api = useApi()
  const save = (body: AutoPurchaseBody) => api<AutoPurchase>(path, { method: 'PUT', body })
  return {
    save,
    /** Leaves everything else as it is. */
    async switchTo(enabled: boolean): Promise<AutoPurchase> {
      const { threshold, purchaseAmount, monthlyCapYen } = await api<AutoPurchase>(path)
      return save({ enabled, threshold, purchaseAmount, monthlyCapYen })
    },
  }
}

/** What was decided, newest first: new decisions come in at the top, older ones when asked for. */
export function useAutoPurchaseLog() {
  return useCursorPages<AutoPurchaseDecisionsResponse, AutoPurchaseDecision>(`${path}/decisions`, {
    query: { limit: pageSize },
    live: autoPurchaseEvents,
    entriesOf: ({ decisions }) => decisions,
    keyOf: ({ id }) => id,
  })
}
