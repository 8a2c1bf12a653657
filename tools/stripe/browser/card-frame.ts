/** The card's fields, in the stand-in's own frame: what is typed here reaches nobody but the stand-in. */
import type { StripeElementStyle } from '@stripe/stripe-js'
import {
  brandOf,
  cvcLength,
  digits,
  formatExpiry,
  formatNumber,
  isComplete,
  missingOf,
  numberLength,
  problemOf,
  type CardFields,
} from './card-fields'
import type { CardLook } from './messages'
import { say, serve } from './relay'
import { localeOf, text, type Text } from './texts'

const locale = localeOf(new URLSearchParams(location.search).get('locale') ?? undefined)
document.documentElement.lang = locale

const form = document.createElement('form')
form.noValidate = true
form.addEventListener('submit', (event) => event.preventDefault())

function input(name: string, label: Text, hint: string, complete: AutoFill): HTMLInputElement {
  const field = document.createElement('input')
  Object.assign(field, { name, placeholder: hint, autocomplete: complete, inputMode: 'numeric', type: 'text' })
  field.setAttribute('aria-label', text(locale, label))
  form.append(field)
  return field
}

const inputs = {
  number: input('cardnumber', 'number', text(locale, 'number'), 'cc-number'),
  expiry: input('exp-date', 'expiry', text(locale, 'expiryHint'), 'cc-exp'),
  cvc: input('cvc', 'cvc', text(locale, 'cvcHint'), 'cc-csc'),
}
type Name = keyof CardFields
const names: Name[] = ['number', 'expiry', 'cvc']
const formats: Record<Name, (typed: string) => string> = {
  number: formatNumber,
  expiry: formatExpiry,
  cvc: (typed) => digits(typed).slice(0, cvcLength(inputs.number.value)),
}
const isFull: Record<Name, () => boolean> = {
  number: () => digits(inputs.number.value).length === numberLength(inputs.number.value),
  expiry: () => digits(inputs.expiry.value).length === 4,
  cvc: () => inputs.cvc.value.length === cvcLength(inputs.number.value),
}
document.body.append(form)

/** Fields that were left once; only then is an unfinished one called wrong. */
const left = new Set<Name>()
let look: CardLook = { style: {}, disabled: false, hideIcon: false }

const fields = (): CardFields => ({
  number: inputs.number.value,
  expiry: inputs.expiry.value,
  cvc: inputs.cvc.value,
})

for (const [at, name] of names.entries()) {
  const field = inputs[name]
  field.addEventListener('input', () => {
    const before = field.value
    const grew = field.selectionEnd === before.length
    const formatted = formats[name](before)
    if (formatted !== before) field.value = formatted
    const next = names[at + 1]
    const ok = problemOf(fields(), new Set(), new Date()) === undefined
    if (grew && next && ok && isFull[name]()) inputs[next].focus()
    changed()
  })
  field.addEventListener('keydown', (event) => {
    const before = names[at - 1]
    if (event.key === 'Escape') say({ kind: 'escape' })
    if (event.key === 'Backspace' && !field.value && before) inputs[before].focus()
  })
  field.addEventListener('focus', () => say({ kind: 'focus' }))
  field.addEventListener('blur', () => {
    left.add(name)
    changed()
    if (!document.hasFocus() || !form.contains(document.activeElement)) say({ kind: 'blur' })
  })
}

function changed(): void {
  const now = fields()
  const problem = problemOf(now, left, new Date())
  const wrong = (['number', 'expiry', 'cvc'] as const).find((name) => problem?.includes(name))
  for (const name of names) inputs[name].setAttribute('aria-invalid', String(name === wrong))
  const complete = isComplete(now, new Date())
  const empty = names.every((name) => !now[name])
  paint(problem ? 'invalid' : complete ? 'complete' : empty ? 'empty' : 'base')
  say({
    kind: 'change',
    state: {
      empty,
      complete,
      brand: brandOf(now.number),
      error: problem && { type: 'validation_error', code: problem, message: text(locale, problem) },
    },
  })
}

/** The page's style for what the fields hold, as custom properties the style sheet reads. */
function paint(state: keyof StripeElementStyle): void {
  const base = look.style.base ?? {}
  const now = { ...base, ...look.style[state] }
  document.body.style.background = base.backgroundColor ?? ''
  const set = (name: string, value: string | number | undefined) => {
    if (value === undefined) form.style.removeProperty(name)
    else form.style.setProperty(name, String(value))
  }
  set('--text', base.color)
  set('--now', now.color)
  set('--hint', base['::placeholder']?.color)
  set('--invalid', look.style.invalid?.color)
  set('--font', base.fontFamily)
  set('--size', base.fontSize)
  set('--line', base.lineHeight)
  set('--weight', base.fontWeight)
}

new ResizeObserver(() => say({ kind: 'height', pixels: form.offsetHeight })).observe(form)

serve(
  (message) => {
    if (message.kind === 'look') {
      look = { ...look, ...message.look }
      for (const name of names) inputs[name].disabled = look.disabled
      paint('base')
    }
    if (message.kind === 'focus') inputs.number.focus()
    if (message.kind === 'blur') (document.activeElement as HTMLElement | null)?.blur()
    if (message.kind === 'clear') {
      for (const name of names) inputs[name].value = ''
      left.clear()
      changed()
    }
  },
  () => {
    const { number, expiry, cvc } = fields()
    return {
      'card[number]': digits(number),
      'card[exp_month]': String(Number(digits(expiry).slice(0, 2))),
      'card[exp_year]': `20${digits(expiry).slice(2)}`,
      'card[cvc]': cvc,
    }
  },
  () => {
    const problem = missingOf(fields(), new Date())
    if (!problem) return undefined
    for (const name of names) left.add(name)
    changed()
    return { type: 'validation_error', code: problem, message: text(locale, problem) }
  },
)
