interface PolicyInput {
  /** Inline scripts that carry it may run. */
  nonce: string
  /** Where the browser gets Stripe.js; null where Stripe is not configured. */
  stripeJsUrl: string | null
}

/** What Stripe.js of js.stripe.com needs: https://docs.stripe.com/security/guide#content-security-policy */
const stripeOwn = {
  script: ['https://js.stripe.com', 'https://*.js.stripe.com'],
  frame: ['https://js.stripe.com', 'https://*.js.stripe.com', 'https://hooks.stripe.com'],
  connect: ['https://api.stripe.com'],
}

/**
 * Scripts run from our own origin, and inline only with the answer's nonce; styles inline, because Vue and Chart.js
 * set them on elements. Where cards are offered, Stripe.js and its frames come from the one origin of the settings.
 */
export function contentSecurityPolicy({ nonce, stripeJsUrl }: PolicyInput): string {
  const stripe = stripeJsUrl ? stripeSources(new URL(stripeJsUrl)) : { script: [], frame: [], connect: [] }
  return [
    "default-src 'self'",
    ['script-src', "'self'", `'nonce-${nonce}'`, ...stripe.script].join(' '),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    ['connect-src', "'self'", ...stripe.connect].join(' '),
    ['frame-src', "'self'", ...stripe.frame].join(' '),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function stripeSources({ origin, hostname }: URL): { script: string[]; frame: string[]; connect: string[] } {
  if (hostname === 'js.stripe.com') return stripeOwn
  return { script: [origin], frame: [origin], connect: [origin] }
}
