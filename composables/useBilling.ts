import type {
  BillingProfile,
  CardRemovedResponse,
  CardsResponse,
  CardSetupResponse,
  InvoicesResponse,
  PurchasesResponse,
} from '#shared/schemas/payments'

const pageSize = 10

/** Whatever changes a purchase or what is paid of its invoice. */
export const purchaseEvents: LiveEventType[] = [
  'credits.purchase_completed',
  'credits.purchase_failed',
  'credits.purchase_canceled',
  'credits.purchase_requires_action',
  'credits.purchase_awaiting_transfer',
  'credits.purchase_on_credit',
  'payments.invoice_paid',
  'payments.invoice_partly_paid',
  'payments.invoice_voided',
]

/** The hotel's stored cards; another tab's changes show here as well. */
export function useStoredCards() {
  const api = useApi()
  const path = '/api/v1/billing/cards'
  const cards = useApiData<CardsResponse>(path, { live: ['payments.cards_changed'] })
  const changed = async <T extends CardsResponse>(request: Promise<T>): Promise<T> => {
    const answer = await request
    cards.data.value = answer
    return answer
  }
  return {
    ...cards,
    setUp: () => api<CardSetupResponse>(`${path}/setup`, { method: 'POST' }),
    keep: (setupIntentId: string) => changed(api<CardsResponse>(path, { method: 'POST', body: { setupIntentId } })),
    makeDefault: (id: string) => changed(api<CardsResponse>(`${path}/${id}/default`, { method: 'PUT' })),
    remove: (id: string) => changed(api<CardRemovedResponse>(`${path}/${id}`, { method: 'DELETE' })),
  }
}

/** What is shown is read anew when a purchase or its payment changes. */
const paged = { limit: pageSize, live: purchaseEvents }
export const usePurchases = () => usePager<PurchasesResponse>('/api/v1/billing/purchases', paged)
export const useInvoices = () => usePager<InvoicesResponse>('/api/v1/billing/invoices', paged)

/** Who later invoices are made out and sent to. */
export function useBillingProfile() {
  const api = useApi()
  const path = '/api/v1/billing/profile'
  const profile = useApiData<BillingProfile>(path)
  return {
    ...profile,
    save: async (body: BillingProfile) => {
      profile.data.value = await api<BillingProfile>(path, { method: 'PUT', body })
    },
  }
}
