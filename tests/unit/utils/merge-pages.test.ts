import { describe, expect, it } from 'vitest'
import { appendPage, mergeNewest } from '../../../utils/merge-pages'

const page = (ids: string, nextCursor: string | null = null) => ({
  entries: [...ids].map((id) => ({ id })),
  nextCursor,
})
const keyOf = ({ id }: { id: string }) => id
const idsOf = ({ entries }: { entries: { id: string }[] }) => entries.map(({ id }) => id).join('')

describe('mergeNewest', () => {
  it('is the newest page while nothing else was opened', () => {
    expect(mergeNewest(page('dcb', 'b'), null, keyOf)).toEqual(page('dcb', 'b'))
  })

  it('puts what is new before what was opened, and keeps the place where it ended', () => {
    const merged = mergeNewest(page('fed', 'd'), page('edcba', 'a'), keyOf)
    expect(idsOf(merged)).toBe('fedcba')
    expect(merged.nextCursor).toBe('a')
  })

  it('stands alone when the two no longer meet: a gap would look like the whole', () => {
    expect(mergeNewest(page('zyx', 'x'), page('cba', 'a'), keyOf)).toEqual(page('zyx', 'x'))
  })

  it('does not name an entry twice', () => {
    expect(idsOf(mergeNewest(page('cb', 'b'), page('cba'), keyOf))).toBe('cba')
  })
})

describe('appendPage', () => {
  it('goes on where the page ended', () => {
    expect(appendPage(page('dc', 'c'), page('ba', null))).toEqual(page('dcba', null))
  })
})
