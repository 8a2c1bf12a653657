import { describe, expect, it } from 'vitest'
import { ownPath } from '../../../utils/own-path'

describe('ownPath', () => {
  it.each(['/credits', '/reservations?from=2016-12-01#list', '/'])('leads to %s', (path) => {
    expect(ownPath(path)).toBe(path)
  })

  it.each([
    'https://elsewhere.example',
    '//elsewhere.example',
    '/\\elsewhere.example',
    '/\t/elsewhere.example',
    'credits',
    '',
    ['/credits'],
    undefined,
  ])('leads nowhere with %j', (target) => {
    expect(ownPath(target)).toBeNull()
  })
})
