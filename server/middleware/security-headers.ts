import { randomBytes } from 'node:crypto'

/**
 * Headers of every answer (OWASP Secure Headers). Scripts run from our own origin, and inline only with the
 * answer's nonce; styles inline, because Vue and Chart.js set them on elements.
 */
export default defineEventHandler((event) => {
  // A page holds what only the signed-in person may read; the files under /_nuxt are everybody's and keep their caching.
  if (!event.path.startsWith('/_nuxt/')) setResponseHeader(event, 'Cache-Control', 'no-store')
  const nonce = randomBytes(16).toString('base64')
  event.context.nonce = nonce
  setResponseHeaders(event, {
    'Content-Security-Policy': [
      "default-src 'self'",
      `script-src 'self' 'nonce-${nonce}'`,
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data: blob:",
      "connect-src 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join('; '),
    'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(self)',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  })
})
