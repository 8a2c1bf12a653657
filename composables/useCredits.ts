import type {
  AccountsResponse,
  AdjustmentBody,
  AdjustmentResponse,
  BalanceResponse,
  CreditTransaction,
  TransactionQuery,
  TransactionsResponse,
} from '#shared/schemas/credits'

/** The hotel's balance and use; moves when anybody of the hotel spends. */
export function useCreditBalance() {
  return useApiData<BalanceResponse>('/api/v1/credits/balance', { live: [...creditEvents, ...autoPurchaseEvents] })
}

export type LedgerFilters = Omit<TransactionQuery, 'cursor' | 'limit'>
const pageSize = 20

/** The ledger, newest first: new entries come in at the top, older ones when asked for. */
export function useCreditLedger(filters: Ref<LedgerFilters>) {
  const api = useApi()
  const path = '/api/v1/credits/transactions'
  const query = computed(() => ({ ...filters.value, limit: pageSize }))
  const newest = useApiData<TransactionsResponse>(path, { query, live: creditEvents })
  const known = shallowRef<Page<CreditTransaction> | null>(null)
  const isLoadingMore = ref(false)

  const page = computed(() => (newest.data.value ? mergeNewest(pageOf(newest.data.value), known.value) : null))
  watch(query, () => (known.value = null))

  async function loadMore() {
    const from = page.value
    if (!from?.nextCursor) return
    isLoadingMore.value = true
    try {
      const asked = query.value
      const older = await api<TransactionsResponse>(path, { query: { ...asked, cursor: from.nextCursor } })
      // Other filters meanwhile: what has come belongs to a list that is gone.
      if (asked === query.value) known.value = appendPage(from, pageOf(older))
    } finally {
      isLoadingMore.value = false
    }
  }

  return { page, error: newest.error, refresh: newest.refresh, loadMore, isLoadingMore }
}

const pageOf = ({ transactions, nextCursor }: TransactionsResponse): Page<CreditTransaction> => ({
  entries: transactions,
  nextCursor,
})

/** The persons who have used credits. */
export function useSpenders() {
  return useApiData<{ people: { id: string; name: string }[] }>('/api/v1/credits/people')
}

/** Every hotel's account, for the platform's operators, and their corrections. */
export function useCreditAccounts() {
  const api = useApi()
  const path = '/api/v1/credits/accounts'
  const { data: first, error, refresh } = useApiData<AccountsResponse>(path)
  /** The list as it has grown or changed since it was read. */
  const grown = shallowRef<Page<Account> | null>(null)
  const isLoadingMore = ref(false)
  watch(first, () => (grown.value = null))
  // Computed, for a watcher would not run while the server renders.
  const page = computed(() => grown.value ?? (first.value ? accountsOf(first.value) : null))

  async function loadMore() {
    const from = page.value
    if (!from?.nextCursor) return
    isLoadingMore.value = true
    try {
      const next = await api<AccountsResponse>(path, { query: { cursor: from.nextCursor } })
      grown.value = appendPage(from, accountsOf(next))
    } finally {
      isLoadingMore.value = false
    }
  }

  /** @param idempotencyKey of the operator's one decision: pressing again changes nothing more */
  async function adjust(body: AdjustmentBody, idempotencyKey: string): Promise<AdjustmentResponse> {
    const answer = await api<AdjustmentResponse>('/api/v1/credits/adjustments', {
      method: 'POST',
      body,
      idempotencyKey,
    })
    // In its place: read again, the list would be back at its first page.
    const adjusted = { currentBalance: answer.balance, availableBalance: answer.available }
    if (page.value)
      grown.value = {
        ...page.value,
        entries: page.value.entries.map((account) =>
          account.accountId === body.accountId ? { ...account, ...adjusted } : account,
        ),
      }
    return answer
  }

  return { page, error, refresh, loadMore, isLoadingMore, adjust }
}

type Account = AccountsResponse['accounts'][number]
const accountsOf = ({ accounts, nextCursor }: AccountsResponse): Page<Account> => ({ entries: accounts, nextCursor })
