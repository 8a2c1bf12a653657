/** The bank's question: in the page's dialogue, or as a page of its own that leads back. */
import { say, serve } from './relay'
import { localeOf, text } from './texts'

const query = new URLSearchParams(location.search)
const locale = localeOf(query.get('locale') ?? undefined)
document.documentElement.lang = locale
document.title = text(locale, 'challenge')
const inFrame = parent !== window

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  content: string,
  className = '',
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  made.textContent = content
  made.className = className
  return made
}

interface Question {
  isOpen: boolean
  amount?: { value: number; currency: string }
  card?: { brand: string; last4: string }
}

/** Refuses when there is nothing to ask; a dialogue that cannot be left would be worse. */
const question = JSON.parse(document.getElementById('question')?.textContent ?? '{}') as Question

const status = element('p', '', 'status')
status.setAttribute('role', 'status')

async function answer(accept: boolean): Promise<void> {
  for (const each of buttons) each.disabled = true
  status.textContent = text(locale, 'waiting')
  const response = await fetch('/3d-secure', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ intent: query.get('intent'), client_secret: query.get('client_secret'), accept }),
  })
  if (inFrame) return say({ kind: 'authenticated' })
  const { returnTo } = (await response.json()) as { returnTo?: string }
  if (returnTo) location.assign(returnTo)
  else status.textContent = text(locale, 'over')
}

function button(name: 'accept' | 'refuse' | 'close', accept: boolean): HTMLButtonElement {
  const made = element('button', text(locale, name), name)
  made.type = 'button'
  made.addEventListener('click', () => void answer(accept))
  return made
}
const accept = button('accept', true)
const refuse = button('refuse', false)
const close = button('close', false)
const buttons = [accept, refuse, close]

// In a page's dialogue it is a part of that page, which has a main of its own.
const box = element(inFrame ? 'section' : 'main', '', 'box')
box.setAttribute('aria-label', text(locale, 'challenge'))
const facts = element('dl', '')
const fact = (name: string, value: string) => facts.append(element('dt', name), element('dd', value))
if (question.amount) {
  const { value, currency } = question.amount
  // Stripe counts yen as they are and other currencies in hundredths.
  const whole = currency === 'jpy' ? value : value / 100
  fact(text(locale, 'amount'), new Intl.NumberFormat(locale, { style: 'currency', currency }).format(whole))
} else {
  fact(text(locale, 'amount'), text(locale, 'save'))
}
if (question.card) fact(text(locale, 'card'), `${question.card.brand.toUpperCase()} •••• ${question.card.last4}`)

const row = element('div', '', 'buttons')
row.append(refuse, accept)
box.append(element('h1', text(locale, 'challenge')), element('p', text(locale, 'challengeLead')))
if (question.isOpen) box.append(facts, row, status, ...(inFrame ? [close] : []))
else box.append(element('p', text(locale, 'over')), ...(inFrame ? [close] : []))
document.body.append(box)
;(question.isOpen ? accept : close).focus()

if (inFrame) {
  document.documentElement.classList.add('framed')
  window.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') void answer(false)
  })
  serve((message) => {
    if (message.kind === 'clear') void answer(false)
  })
}
