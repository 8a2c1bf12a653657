/** The card element as the page holds it. https://docs.stripe.com/js/element */
import type { StripeCardElementOptions, StripeElementClasses, StripeElementStyle } from '@stripe/stripe-js'
import { Frame } from './frame'
import type { CardState, FromFrame } from './messages'
import { text, type Locale } from './texts'

type Handler = (event: object) => void

const defaultClasses: Required<Pick<StripeElementClasses, 'base' | 'complete' | 'empty' | 'focus' | 'invalid'>> = {
  base: 'StripeElement',
  complete: 'StripeElement--complete',
  empty: 'StripeElement--empty',
  focus: 'StripeElement--focus',
  invalid: 'StripeElement--invalid',
}

export class CardElement {
  /** The frame that holds the number, while the element is on the page. */
  frame: Frame | undefined
  private container: HTMLElement | undefined
  private readonly handlers = new Map<string, Set<Handler>>()
  private options: StripeCardElementOptions
  private destroyed = false

  constructor(
    private readonly origin: string,
    private readonly locale: Locale,
    private readonly ground: StripeElementStyle,
    options: StripeCardElementOptions = {},
  ) {
    this.options = options
  }

  mount(target: string | HTMLElement): void {
    if (this.destroyed) throw new Error('This Element has already been destroyed. Please create a new one.')
    const container = typeof target === 'string' ? document.querySelector<HTMLElement>(target) : target
    if (!container) throw new Error(`The selector you specified (${String(target)}) applies to no DOM elements.`)
    this.unmount()
    this.container = container
    this.frame = new Frame(this.origin, '/frame/card', { locale: this.locale }, (message) => this.hear(message))
    const { element } = this.frame
    element.title = text(this.locale, 'cardFrame')
    element.style.cssText += ';display:block;width:100%;border:0;background:transparent;height:1.7em'
    container.replaceChildren(element)
    this.mark({ base: true, empty: true })
    this.show()
  }

  unmount(): void {
    this.frame?.remove()
    this.frame = undefined
    this.mark({ base: false, complete: false, empty: false, focus: false, invalid: false })
    this.container = undefined
  }

  destroy(): void {
    this.unmount()
    this.handlers.clear()
    this.destroyed = true
  }

  update(options: StripeCardElementOptions): void {
    this.options = { ...this.options, ...options }
    this.show()
  }

  focus(): void {
    this.frame?.element.focus()
    this.frame?.tell({ kind: 'focus' })
  }

  blur(): void {
    this.frame?.tell({ kind: 'blur' })
  }

  clear(): void {
    this.frame?.tell({ kind: 'clear' })
  }

  on(type: string, handler: Handler): this {
    const all = this.handlers.get(type) ?? new Set()
    this.handlers.set(type, all.add(handler))
    return this
  }

  once(type: string, handler: Handler): this {
    const first: Handler = (event) => {
      this.off(type, first)
      handler(event)
    }
    return this.on(type, first)
  }

  off(type: string, handler?: Handler): this {
    if (handler) this.handlers.get(type)?.delete(handler)
    else this.handlers.delete(type)
    return this
  }

  private show(): void {
    const style = { ...this.ground, ...this.options.style }
    style.base = { backgroundColor: groundBehind(this.container), ...this.ground.base, ...this.options.style?.base }
    this.frame?.tell({ kind: 'look', look: { style, disabled: Boolean(this.options.disabled) } })
  }

  private hear(message: FromFrame): void {
    switch (message.kind) {
      case 'ready':
        return this.emit('ready', {})
      case 'change':
        return this.change(message.state)
      case 'height':
        if (this.frame && message.pixels > 0) this.frame.element.style.height = `${message.pixels}px`
        return
      case 'focus':
      case 'blur':
        this.mark({ focus: message.kind === 'focus' })
        return this.emit(message.kind, {})
      case 'escape':
        return this.emit('escape', {})
      default:
    }
  }

  private change({ empty, complete, brand, error }: CardState): void {
    this.mark({ empty, complete, invalid: Boolean(error) })
    this.emit('change', { empty, complete, brand, error, value: { postalCode: '' } })
  }

  private emit(type: string, event: object): void {
    for (const handler of this.handlers.get(type) ?? []) handler({ elementType: 'card', ...event })
  }

  private mark(states: Partial<Record<keyof typeof defaultClasses, boolean>>): void {
    for (const [state, isOn] of Object.entries(states)) {
      const name = this.options.classes?.[state as keyof typeof defaultClasses]
      const classes = (name ?? defaultClasses[state as keyof typeof defaultClasses]).split(' ').filter(Boolean)
      for (const each of classes) this.container?.classList.toggle(each, isOn)
    }
  }
}

/**
 * The colour the frame lies on. Painted in the frame as well, it looks as if the frame were clear, and programs that
 * measure contrast, which cannot look through a frame, measure what is seen.
 */
function groundBehind(element: HTMLElement | null | undefined): string {
  if (!element) return '#fff'
  const { backgroundColor } = getComputedStyle(element)
  const isClear = /^rgba\(.*, 0\)$|^transparent$|\/ 0\)$/.test(backgroundColor)
  return isClear ? groundBehind(element.parentElement) : backgroundColor
}
