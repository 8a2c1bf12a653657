import { randomBytes } from 'node:crypto'
import { contentSecurityPolicy } from '../utils/content-security-policy'
import { env } from '../utils/env'

/** Headers of every answer (OWASP Secure Headers). */
export default defineEventHandler((event) => {
  // A page holds what only the signed-in person may read; the files under /_nuxt are everybody's and keep their caching.
  if (!event.path.startsWith('/_nuxt/')) setResponseHeader(event, 'Cache-Control', 'no-store')
  const nonce = randomBytes(16).toString('base64')
  event.context.nonce = nonce
  const { STRIPE_SECRET_KEY, STRIPE_JS_URL } = env()
  setResponseHeaders(event, {
    'Content-Security-Policy': contentSecurityPolicy({ nonce, stripeJsUrl: STRIPE_SECRET_KEY ? STRIPE_JS_URL : null }),
    'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(self)',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  })
})
