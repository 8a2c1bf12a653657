import { describe, expect, it } from 'vitest'
import { contentSecurityPolicy } from '../../../../server/utils/content-security-policy'

const directives = (stripeJsUrl: string | null) =>
  Object.fromEntries(
    contentSecurityPolicy({ nonce: 'abc', stripeJsUrl })
      .split('; ')
      .map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1)]),
  )

describe('the content security policy', () => {
  it('lets nothing in from elsewhere where Stripe is not configured', () => {
    const policy = directives(null)
    expect(policy['script-src']).toEqual(["'self'", "'nonce-abc'"])
    expect(policy['frame-src']).toEqual(["'self'"])
    expect(policy['connect-src']).toEqual(["'self'"])
  })

  it('opens for Stripe’s own hosts, and for no more of them than its script needs', () => {
    const policy = directives('https://js.stripe.com/endive/stripe.js')
    expect(policy['script-src']).toEqual(["'self'", "'nonce-abc'", 'https://js.stripe.com', 'https://*.js.stripe.com'])
    expect(policy['frame-src']).toContain('https://hooks.stripe.com')
    expect(policy['connect-src']).toEqual(["'self'", 'https://api.stripe.com'])
  })

  it('opens for the one origin that the settings name otherwise', () => {
    const policy = directives('http://127.0.0.1:4010/stripe.js')
    for (const directive of ['script-src', 'frame-src', 'connect-src'])
      expect(policy[directive]?.at(-1), directive).toBe('http://127.0.0.1:4010')
    expect(contentSecurityPolicy({ nonce: 'abc', stripeJsUrl: 'http://127.0.0.1:4010/stripe.js' })).not.toContain(
      'stripe.com',
    )
  })
})
