import type { NewHotel } from '../identity/create-hotel'

/** The demonstration's hotels and persons. All accounts have the password `omotenashi-demo`. */
export const demoPassword = 'omotenashi-demo'

const id = (number: number) => `00000000-0000-7000-8000-${number.toString().padStart(12, '0')}`

export const groupNodes = [
  { id: id(100), parentId: null, level: 1, type: 'GROUP', name: 'プランタン ホテルズ' },
  { id: id(110), parentId: id(100), level: 2, type: 'BRAND', name: 'プランタン' },
]

export const operator = { id: id(900), email: 'operator@hotel-member.example', name: '運営 太郎' }

export interface DemoHotel extends Omit<NewHotel, 'people' | 'now'> {
  people: Omit<NewHotel['people'][number], 'passwordHash'>[]
  /** How the bookings file calls this hotel; null for a hotel that has imported nothing. */
  bookingsLabel: string | null
  /** Credits of the present month that are left; null for a hotel that has used none. */
  creditsLeft: number | null
  /** Invoices up to this much give their credits before the money comes. */
  creditLimitYen: number
  knowledge: 'resort' | 'city' | null
}

export const demoHotels: DemoHotel[] = [
  {
    tenant: { id: id(1001), name: 'プランタン リゾート', planCode: 'PROFESSIONAL', rooms: 0 },
    organization: { id: id(111), parentId: id(110) },
    sharing: 'completeIntegration',
    people: [
      { id: id(2001), email: 'staff@plantan.example', name: '佐藤 美咲', role: 'STAFF' },
      { id: id(2002), email: 'manager@plantan.example', name: '高橋 健一', role: 'MANAGER' },
      { id: id(2003), email: 'admin@plantan.example', name: '伊藤 由紀', role: 'ADMIN' },
      { id: id(2004), email: 'owner@plantan.example', name: '渡辺 誠', role: 'OWNER' },
    ],
    bookingsLabel: 'Resort Hotel',
    creditsLeft: 180,
    creditLimitYen: 100_000,
    knowledge: 'resort',
  },
  {
    tenant: { id: id(1002), name: 'プランタン シティ', planCode: 'PROFESSIONAL', rooms: 0 },
    organization: { id: id(112), parentId: id(110) },
    sharing: 'completeIntegration',
    people: [{ id: id(2011), email: 'manager@city.plantan.example', name: '山本 直子', role: 'MANAGER' }],
    bookingsLabel: 'City Hotel',
    creditsLeft: 342,
    creditLimitYen: 0,
    knowledge: 'city',
  },
  {
    tenant: { id: id(1003), name: '湯の宿 はなれ', planCode: 'ESSENTIAL', rooms: 12 },
    organization: { id: id(120), parentId: null },
    sharing: 'hotelIndependence',
    people: [{ id: id(2021), email: 'owner@inn.example', name: '小林 千代', role: 'OWNER' }],
    bookingsLabel: null,
    creditsLeft: null,
    creditLimitYen: 0,
    knowledge: null,
  },
]
