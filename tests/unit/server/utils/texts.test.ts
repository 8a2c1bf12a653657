import { describe, expect, it } from 'vitest'
import { errorStatus } from '../../../../server/utils/errors'
import { locales, planName, text } from '../../../../server/utils/texts'

describe('planName', () => {
  it('is written in the language of the user', () => {
    expect(planName('ja', 'PROFESSIONAL')).toBe('プロフェッショナル')
    expect(planName('en', 'PROFESSIONAL')).toBe('Professional')
  })

  it('is the code of a plan that the texts do not know', () => {
    expect(planName('ja', 'SEASONAL')).toBe('SEASONAL')
  })
})

describe('text', () => {
  it('finds a text by its path and fills its placeholders', () => {
    expect(text('ja', 'errors.INVALID_INPUT', { first: 'email' })).toContain('email')
  })

  it.each(locales)('has words for every refusal in %s', (locale) => {
    const silent = Object.keys(errorStatus).filter((code) => text(locale, `errors.${code}`) === `errors.${code}`)
    expect(silent).toEqual([])
  })
})
