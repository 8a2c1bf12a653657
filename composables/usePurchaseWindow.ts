/** Where the person decided to buy, and how many credits were missing there. */
export interface PurchaseOccasion {
  source: 'dashboard' | 'low_balance_prompt'
  missing?: number
}

/** The one purchase window, which any part of any page may open; it stands in the layout. */
export function usePurchaseWindow() {
  const isOpen = useState('purchase-window-open', () => false)
  const occasion = useState<PurchaseOccasion>('purchase-occasion', () => ({ source: 'dashboard' }))
  function open(from: PurchaseOccasion) {
    occasion.value = from
    isOpen.value = true
  }
  return { isOpen, occasion, open }
}
