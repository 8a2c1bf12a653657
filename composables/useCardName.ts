import type { StoredCard } from '#shared/schemas/payments'

/** A stored card as its owner knows it: "Visa •••• 4242", and the last month it is good for. */
export function useCardName() {
  const { t, te, locale } = useI18n()
  const brand = (name: string) =>
    te(`payments.cards.brands.${name}`) ? t(`payments.cards.brands.${name}`) : t('payments.cards.brands.unknown')
  const cardName = ({ brand: name, last4 }: Pick<StoredCard, 'brand' | 'last4'>) => `${brand(name)} •••• ${last4}`
  const cardExpiry = ({ expYear, expMonth }: Pick<StoredCard, 'expYear' | 'expMonth'>) =>
    new Intl.DateTimeFormat(locale.value, {
      year: 'numeric',
      month: locale.value === 'ja' ? 'long' : 'short',
      timeZone: 'UTC',
    }).format(Date.UTC(expYear, expMonth - 1))
  return { cardName, cardExpiry }
}
