import { Temporal } from 'temporal-polyfill'

/** Months and days belong to the tenant's time zone; instants are UTC. */

/** The month's reset: at 00:05 on its first day. Source: spec, "Monthly reset". */
const resetTime = Temporal.PlainTime.from('00:05')

/** Days of the calendar, unlike a hotel's own, all have 24 hours: plain numbers, as these are asked for by the ten thousand. */
const dayMs = 86_400_000

export function zoned(instant: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone)
}

/** 'YYYY-MM-DD' of an instant in a time zone. */
export function dayOf(instant: Date, timeZone: string): string {
  return zoned(instant, timeZone).toPlainDate().toString()
}

/** 'YYYY-MM-01' of the month an instant lies in. */
export function monthOf(instant: Date, timeZone: string): string {
  return zoned(instant, timeZone).toPlainDate().with({ day: 1 }).toString()
}

export function addDays(day: string, days: number): string {
  return fromDateColumn(new Date(toDateColumn(day).getTime() + days * dayMs))
}

/** The last day of the month a day lies in. */
export function lastDayOfMonth(day: string): string {
  const date = Temporal.PlainDate.from(day)
  return date.with({ day: date.daysInMonth }).toString()
}

/** Days from one day to another; negative when `to` lies before. */
export function daysBetween(from: string, to: string): number {
  return (toDateColumn(to).getTime() - toDateColumn(from).getTime()) / dayMs
}

/** The instant of the reset of the month that begins on `month`, or `monthsLater` months after it. */
export function resetInstant(month: string, timeZone: string, monthsLater = 0): Date {
  const day = Temporal.PlainDate.from(month).add({ months: monthsLater })
  return new Date(day.toZonedDateTime({ timeZone, plainTime: resetTime }).epochMilliseconds)
}

/** Purchased credits live six months less a day; longer, they would fall under the Payment Services Act (資金決済法). */
export function purchaseExpiry(instant: Date, timeZone: string): Date {
  return new Date(zoned(instant, timeZone).add({ months: 6 }).subtract({ days: 1 }).epochMilliseconds)
}

/** The first instant of a day. */
export function startOfDay(day: string, timeZone: string): Date {
  return new Date(Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds)
}

/** A day of a `date` column: midnight UTC. */
export const toDateColumn = (day: string): Date => new Date(`${day}T00:00:00Z`)
export const fromDateColumn = (date: Date): string => date.toISOString().slice(0, 10)

/** Day of the week, 1 Monday … 7 Sunday. */
export function weekdayOf(day: string): number {
  return Temporal.PlainDate.from(day).dayOfWeek
}
