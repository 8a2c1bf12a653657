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
  return useCursorPages<TransactionsResponse, CreditTransaction>('/api/v1/credits/transactions', {
    query: () => ({ ...filters.value, limit: pageSize }),
    live: creditEvents,
    entriesOf: ({ transactions }) => transactions,
    keyOf: ({ id }) => id,
  })
}

/** The persons who have used credits. */
export function useSpenders() {
  return useApiData<{ people: { id: string; name: string }[] }>('/api/v1/credits/people')
}

/** Every hotel's account, for the platform's operators, and their corrections. */
export function useCreditAccounts() {
  const api = useApi()
  const { change, ...accounts } = useCursorPages<AccountsResponse, Account>('/api/v1/credits/accounts', {
    entriesOf: ({ accounts }) => accounts,
    keyOf: ({ accountId }) => accountId,
  })

  /** @param idempotencyKey of the operator's one decision: pressing again changes nothing more */
  async function adjust(body: AdjustmentBody, idempotencyKey: string): Promise<AdjustmentResponse> {
    const answer = await api<AdjustmentResponse>('/api/v1/credits/adjustments', {
      method: 'POST',
      body,
      idempotencyKey,
    })
    const adjusted = { currentBalance: answer.balance, availableBalance: answer.available }
    change((account) => (account.accountId === body.accountId ? { ...account, ...adjusted } : account))
    return answer
  }

  return { ...accounts, adjust }
}

type Account = AccountsResponse['accounts'][number]
