import type { StripeElementStyle } from '@stripe/stripe-js'

/** The look of Stripe's card field, in the colours that the page has now. */
export function cardStyle(): StripeElementStyle {
  const { fontFamily } = getComputedStyle(document.body)
  const error = { color: colourOf('--ui-error'), iconColor: colourOf('--ui-error') }
  return {
    base: {
      color: colourOf('--ui-text'),
      iconColor: colourOf('--ui-text-muted'),
      fontFamily,
      // 16 px: below that an iPhone enlarges the page when the field is tapped.
      fontSize: '16px',
      lineHeight: '24px',
      '::placeholder': { color: colourOf('--ui-text-dimmed') },
    },
    invalid: error,
  }
}

/** A colour of the style sheet as Stripe understands it: it knows no oklch(). */
function colourOf(name: string): string {
  const context = document.createElement('canvas').getContext('2d')
  const colour = getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  if (!context || !colour) return ''
  context.fillStyle = colour
  context.fillRect(0, 0, 1, 1)
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data
  return `rgb(${red}, ${green}, ${blue})`
}
