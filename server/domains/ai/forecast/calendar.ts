const DAY_MS = 86_400_000

/** Days since 1970-01-01 of a `YYYY-MM-DD` date, or null where no such day exists. */
export function parseDay(date: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return null
  const time = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(time)) return null
  const day = time / DAY_MS
  // Date.parse lets February 30 roll over into March in some engines.
  return formatDay(day) === date ? day : null
}

/** The `YYYY-MM-DD` date of a day counted from 1970-01-01. */
export function formatDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}
