import { describe, expect, it } from 'vitest'
import { describe as inWords, Trouble } from '../../../scripts/lib/messages.mjs'

describe('what the launcher says', () => {
  it.each([
    ['EACCES', 'no permission'],
    ['EROFS', 'read-only file system'],
    ['ENOSPC', 'no space left on the disk'],
  ])('puts %s into words, with the path', (code, expected) => {
    const error = Object.assign(new Error('raw'), { code, path: '/data' })
    expect(inWords(error)).toContain(`${expected}`)
    expect(inWords(error)).toMatch(/: \/data$/)
  })

  it('keeps what a program said behind its own words', () => {
    expect(inWords(new Trouble('だめです', 'it failed', { detail: 'FATAL' }))).toMatch(/it failed: FATAL$/)
  })

  it('says something for what is no error at all', () => {
    expect(inWords('boom')).toContain('boom')
  })
})
