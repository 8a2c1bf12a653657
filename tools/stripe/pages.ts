/** What a browser loads from the stand-in: Stripe.js, the frames it opens, and the bank's question. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type Stripe from 'stripe'
import { root } from '../../scripts/lib/settings.mjs'
import { bundle, isProgram } from './bundles'
import { authenticate } from './challenge'
import type { Control } from './control'
import { overview } from './overview'

export interface Page {
  status: number
  headers: Record<string, string>
  body: string
}

type Intent = Stripe.PaymentIntent | Stripe.SetupIntent

const html = (style: string, program: string | undefined, content = ''): Page => ({
  status: 200,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; form-action 'none'; base-uri 'none'",
    'x-content-type-options': 'nosniff',
  },
  body: `<!doctype html>
<html lang="ja">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Stripe</title>
<link rel="stylesheet" href="/browser/${style}.css">
<body>${content}${program ? `<script src="/browser/${program}.js"></script>` : ''}</body>
</html>
`,
})

const script = (body: string): Page => ({
  status: 200,
  headers: {
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'no-cache',
    // Loaded by the page of another origin.
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
  },
  body,
})

const missing: Page = { status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not found' }

export class Pages {
  constructor(private readonly parts: Control) {}

  async answer(method: string, url: URL, header: (name: string) => string | undefined, body: string): Promise<Page> {
    const program = /^\/browser\/([\w-]+)\.js$/.exec(url.pathname)?.[1]
    const style = /^\/browser\/(card|challenge)\.css$/.exec(url.pathname)?.[1]
    if (method === 'GET' && program && isProgram(program)) return script(await bundle(program))
    if (method === 'GET' && style) return styleSheet(style)
    switch (`${method} ${url.pathname}`) {
      case 'GET /':
        return html('challenge', undefined, overview(this.parts.store))
      case 'GET /v3/stripe.js':
        return script(await bundle('stripe'))
      case 'GET /frame/card':
        return html('card', 'card-frame')
      case 'GET /frame/controller':
        return html('card', 'controller-frame')
      case 'GET /3d-secure':
        return html('challenge', 'challenge-page', this.question(url))
      case 'POST /3d-secure':
        return this.answerQuestion(header, body)
      default:
        return missing
    }
  }

  private question({ searchParams }: URL): string {
    const intent = this.opened(searchParams.get('intent'), searchParams.get('client_secret'))
    const method =
      typeof intent?.payment_method === 'string' ? this.parts.store.rows.get(intent.payment_method) : undefined
    const card = method?.object.object === 'payment_method' ? method.object.card : undefined
    const question = {
      isOpen: intent?.status === 'requires_action',
      ...(intent?.object === 'payment_intent' && { amount: { value: intent.amount, currency: intent.currency } }),
      ...(card && { card: { brand: card.brand, last4: card.last4 } }),
    }
    const json = JSON.stringify(question).replaceAll('<', '\\u003c')
    return `<script type="application/json" id="question">${json}</script>`
  }

  private answerQuestion(header: (name: string) => string | undefined, body: string): Page {
    const origin = header('origin')
    const { intent: id, client_secret: secret, accept } = JSON.parse(body) as Record<string, unknown>
    const intent = this.opened(id, secret)
    if (!intent || origin !== `http://${header('host')}`) return missing
    authenticate(this.parts, intent.id, accept === true)
    const after = this.parts.store.rows.get(intent.id)
    const { returnUrl } = after?.hidden ?? {}
    const answer = returnUrl ? { returnTo: returnAddress(returnUrl, after?.object as Intent) } : {}
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) }
  }

  private opened(id: unknown, secret: unknown): Intent | undefined {
    const found = this.parts.store.rows.get(String(id))?.object
    if (found?.object !== 'payment_intent' && found?.object !== 'setup_intent') return undefined
    return found.client_secret === secret ? found : undefined
  }
}

/** As Stripe leads back: https://docs.stripe.com/payments/payment-intents/verifying-status */
function returnAddress(returnUrl: string, intent: Intent): string {
  const url = new URL(returnUrl)
  url.searchParams.set(intent.object, intent.id)
  url.searchParams.set(`${intent.object}_client_secret`, intent.client_secret ?? '')
  url.searchParams.set('redirect_status', intent.status === 'succeeded' ? 'succeeded' : 'failed')
  return url.href
}

const styleSheet = (name: string): Page => ({
  status: 200,
  headers: { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'no-cache' },
  body: readFileSync(join(root, `tools/stripe/browser/${name}.css`), 'utf8'),
})
