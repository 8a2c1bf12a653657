import type { CreditPackage, PackagesResponse, PurchaseOptionsResponse } from '#shared/schemas/payments'

/** What the hotel may buy, and how it may pay; asked for each time the window opens. */
export function usePurchaseOffer() {
  const packages = useApiData<PackagesResponse>('/api/v1/credits/packages', { lazy: true, server: false })
  const options = useApiData<PurchaseOptionsResponse>('/api/v1/billing/options', {
    lazy: true,
    server: false,
    live: ['payments.cards_changed'],
  })
  const error = computed(() => packages.error.value ?? options.error.value)
  const refresh = () => Promise.all([packages.refresh(), options.refresh()])
  return {
    packages: computed(() => packages.data.value?.packages),
    options: options.data,
    error,
    refresh,
  }
}

/** Whole percent off the list price, rounded down: never more than is given. Yen a credit, without tax. */
export function figuresOf({ listPriceYen, priceYen, priceWithTaxYen, creditsAmount }: CreditPackage) {
  const discountYen = listPriceYen - priceYen
  return {
    discountYen,
    discountPercent: Math.floor((discountYen * 100) / listPriceYen),
    yenPerCredit: priceYen / creditsAmount,
    taxYen: priceWithTaxYen - priceYen,
  }
}

/** What most people want: enough for what is missing, else what the operator points to, else the smallest. */
export function suggestedPackage(packages: CreditPackage[], missing = 0): CreditPackage | undefined {
  const enough = packages.filter(({ creditsAmount }) => creditsAmount >= missing)
  if (missing > 0) return enough[0] ?? packages.at(-1)
  return packages.find((one) => one.marketingHighlight && !one.isBulkPackage) ?? packages[0]
}
