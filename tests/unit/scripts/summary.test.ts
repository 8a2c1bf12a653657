import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { summarise } from '../../../scripts/lib/summary.mjs'

let lines: string[]
beforeEach(() => {
  lines = []
  vi.spyOn(console, 'log').mockImplementation((text: string) => void lines.push(...text.split('\n')))
})
afterEach(() => vi.restoreAllMocks())

const lint = { name: 'lint', passed: 1, failed: 0, skipped: 0, seconds: 2 }
const unit = { name: 'unit', passed: 20, failed: 0, skipped: 0, seconds: 3 }
const browser = { name: 'browser', passed: 0, failed: 0, skipped: 7, reason: 'no Chromium' }

describe('the sum of all stages', () => {
  it('stands alone on the last line', () => {
    expect(summarise([lint, unit], { strict: false })).toBe(0)
    expect(lines.at(-1)).toBe('21 passed, 0 failed')
  })

  it('fails with any failure', () => {
    expect(summarise([lint, { ...unit, failed: 1 }], { strict: false })).toBe(1)
    expect(lines.at(-1)).toBe('21 passed, 1 failed')
  })

  it('counts what was not run apart, with the reason, and never as passed', () => {
    expect(summarise([lint, browser], { strict: false })).toBe(0)
    expect(lines.find((line) => line.startsWith('browser'))).toMatch(/7 .*no Chromium/)
    expect(lines.at(-1)).toBe('1 passed, 0 failed, 7 skipped')
  })

  it('takes what was not run for failed where everything must run', () => {
    expect(summarise([lint, browser], { strict: true })).toBe(1)
    expect(lines.at(-1)).toBe('1 passed, 7 failed')
  })

  it('does not pass when nothing was tested', () => {
    expect(summarise([], { strict: false })).toBe(1)
  })
})
