import { describe, expect, it } from 'vitest'
import { errorStatus } from '../../../../server/utils/errors'
import { locales, text } from '../../../../server/utils/texts'

describe('text', () => {
  it('finds a text by its path and fills its placeholders', () => {
    expect(text('ja', 'errors.INVALID_INPUT', { first: 'email' })).toContain('email')
  })

  it.each(locales)('has words for every refusal in %s', (locale) => {
    const silent = Object.keys(errorStatus).filter((code) => text(locale, `errors.${code}`) === `errors.${code}`)
    expect(silent).toEqual([])
  })
})
