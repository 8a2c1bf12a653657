import type { BalanceResponse } from '#shared/schemas/credits'
import { resetInstant } from '#shared/utils/calendar'

/** When the next free credits come: reckoned from the server's own today, so that a wrong clock here misleads nobody. */
export function useNextGrant(balance: Ref<BalanceResponse | undefined>) {
  const { timeZone } = useFormat()
  return computed(() => {
    const today = balance.value?.usage.dailyUsage.at(-1)?.date
    return today ? resetInstant(`${today.slice(0, 7)}-01`, timeZone.value, 1).toISOString() : ''
  })
}
