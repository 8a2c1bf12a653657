/** Pure rules of credits. Amounts are credits, days are 'YYYY-MM-DD' in the tenant's time zone. */
import { addDays } from '#shared/utils/calendar'
import { paceDays } from '#shared/utils/usage-forecast'

/** The purchase window says it as well, so it stands with the calendar. */
export { purchaseExpiry } from '#shared/utils/calendar'

/** A hold lives this long unless it is renewed. */
export const holdMs = 10 * 60_000

/** At the same expiry the lower goes first: free before purchased. */
export const grantPriority = { MONTHLY_FREE: 0, BONUS: 1, REFUND: 2, PURCHASE: 3 } as const

/** Days of daily use on the dashboard, today included. */
export const usageDays = 30

export interface DailyUse {
  date: string
  functionType: string
  credits: number
}

/** The same days for every hotel of a time zone, all day long: reckoned once. */
let latest: { today: string; days: string[] } | undefined

function daysTo(today: string): string[] {
  if (latest?.today !== today) {
    latest = { today, days: Array.from({ length: usageDays }, (_, index) => addDays(today, index - usageDays + 1)) }
  }
  return latest.days
}

/** Use of each of the last `usageDays` days, oldest first; days without use are there with 0. */
export function dailyUsage(uses: DailyUse[], today: string): { date: string; credits: number }[] {
  const byDay = new Map<string, number>()
  for (const use of uses) byDay.set(use.date, (byDay.get(use.date) ?? 0) + use.credits)
  return daysTo(today).map((date) => ({ date, credits: byDay.get(date) ?? 0 }))
}

/** Available ÷ mean daily use of the last 14 days (today included), in whole days; null when there was no use. */
export function estimatedDaysLeft(available: number, daily: { credits: number }[]): number | null {
  const used = daily.slice(-paceDays).reduce((sum, day) => sum + day.credits, 0)
  return used === 0 ? null : Math.floor((available * paceDays) / used)
}

/** Share of each function in the use of the last `usageDays` days, the largest first; percent with one decimal. */
export function topFunctions(uses: DailyUse[]): { functionType: string; creditsUsed: number; percentage: number }[] {
  const byFunction = new Map<string, number>()
  for (const use of uses) byFunction.set(use.functionType, (byFunction.get(use.functionType) ?? 0) + use.credits)
  const total = [...byFunction.values()].reduce((sum, credits) => sum + credits, 0)
  return [...byFunction]
    .filter(([, credits]) => credits > 0)
    .map(([functionType, creditsUsed]) => ({
      functionType,
      creditsUsed,
      percentage: Math.round((creditsUsed / total) * 1000) / 10,
    }))
    .sort((a, b) => b.creditsUsed - a.creditsUsed || a.functionType.localeCompare(b.functionType))
}
