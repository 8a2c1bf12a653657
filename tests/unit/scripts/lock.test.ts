import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { acquire, holderOf, withLock } from '../../../scripts/lib/lock.mjs'
import { startedAt } from '../../../scripts/lib/processes.mjs'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hotel-member-crm-lock-'))
  file = join(folder, 'a.lock')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a lock', () => {
  it('names its holder while it is held, and is gone when released', () => {
    const lock = acquire(file, { port: 3200 })
    expect(holderOf(file)).toMatchObject({ pid: process.pid, port: 3200 })
    expect(acquire(file)).toMatchObject({ heldBy: { pid: process.pid, port: 3200 } })
    if ('release' in lock) lock.release()
    expect(existsSync(file)).toBe(false)
  })

  it.each([
    ['a process that is gone', { pid: 2 ** 22 + 1, started: 'x' }],
    ['another process with the same number', { pid: process.pid, started: `${startedAt(process.pid)}0` }],
  ])('is taken over from %s', (_, holder) => {
    writeFileSync(file, JSON.stringify(holder))
    expect(acquire(file)).toHaveProperty('release')
  })

  it('is taken over when it is not even readable', () => {
    writeFileSync(file, '{"pid":')
    expect(acquire(file)).toHaveProperty('release')
  })

  it('lets one work at a time', async () => {
    let inside = 0
    let most = 0
    const work = () =>
      withLock(file, async () => {
        most = Math.max(most, ++inside)
        await Promise.resolve()
        inside--
      })
    await Promise.all([work(), work(), work()])
    expect(most).toBe(1)
  })
})
