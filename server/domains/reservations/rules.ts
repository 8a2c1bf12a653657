import { addDays, daysBetween } from '#shared/utils/calendar'

export interface DayValue {
  day: string
  value: number
}

/** One value for each day from `from` to `to`, both included; 0 where nothing is given. Days outside are left out. */
export function fillDays(given: DayValue[], from: string, to: string): number[] {
  const days = Math.max(0, daysBetween(from, to) + 1)
  const values = new Array<number>(days).fill(0)
  for (const { day, value } of given) {
    const index = daysBetween(from, day)
    if (index >= 0 && index < days) values[index] = value
  }
  return values
}

/** [1, 2, -1] → [1, 3, 2] */
export function runningTotals(changes: number[]): number[] {
  let total = 0
  return changes.map((change) => (total += change))
}

/** So many stays with the same arrival and departure. */
export interface StayGroup {
  arrival: string
  departure: string
  rooms: number
}

export interface DayCount {
  date: string
  arrivals: number
  occupiedRooms: number
}

/** Arrivals and rooms occupied overnight for each day from `from` to `to`, both included. */
export function dayCounts(stays: StayGroup[], from: string, to: string): DayCount[] {
  const days = Math.max(0, daysBetween(from, to) + 1)
  const arrivals = new Array<number>(days).fill(0)
  const changes = new Array<number>(days + 1).fill(0)
  for (const { arrival, departure, rooms } of stays) {
    const first = daysBetween(from, arrival)
    const end = daysBetween(from, departure)
    if (first >= 0 && first < days) arrivals[first] = (arrivals[first] ?? 0) + rooms
    // A stay from before the period counts from its first day; one without a night never does.
    const begin = Math.max(0, first)
    if (begin >= days || end <= begin) continue
    changes[begin] = (changes[begin] ?? 0) + rooms
    changes[Math.min(end, days)] = (changes[Math.min(end, days)] ?? 0) - rooms
  }
  const occupied = runningTotals(changes)
  return arrivals.map((count, index) => ({
    date: addDays(from, index),
    arrivals: count,
    occupiedRooms: occupied[index] ?? 0,
  }))
}
