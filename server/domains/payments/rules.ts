/** Pure rules of prices. Money is whole yen. */

/** Consumption tax (消費税法第29条, 地方税法第72条の83): the standard rate, 10% together. */
export const taxRate = 0.1
const taxPercent = 10

/** Tax on a net amount of one rate, rounded down once (消費税法施行令第70条の10 leaves the rounding to the issuer). */
export const taxOf = (netYen: number): number => Math.floor((netYen * taxPercent) / 100)

export type DiscountType = 'VOLUME' | 'BULK' | 'PROMOTION'

export interface Price {
  /** As many credits without a discount, without tax. */
  listPriceYen: number
  discountYen: number
  discountType: DiscountType | null
  /** Without tax. */
  priceYen: number
  taxYen: number
  /** What is paid. */
  totalYen: number
}

export function priceOf(pack: {
  listPriceYen: number
  priceYen: number
  isBulkPackage: boolean
  isPromotional: boolean
}): Price {
  const discountYen = pack.listPriceYen - pack.priceYen
  const taxYen = taxOf(pack.priceYen)
  return {
    listPriceYen: pack.listPriceYen,
    discountYen,
    discountType: discountYen === 0 ? null : pack.isPromotional ? 'PROMOTION' : pack.isBulkPackage ? 'BULK' : 'VOLUME',
    priceYen: pack.priceYen,
    taxYen,
    totalYen: pack.priceYen + taxYen,
  }
}

/** Whole percent of the list price, rounded down: never more than is given. */
export const discountPercentage = (price: Pick<Price, 'listPriceYen' | 'discountYen'>): number =>
  Math.floor((price.discountYen * 100) / price.listPriceYen)
