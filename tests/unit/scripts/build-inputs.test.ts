import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { buildInputs } from '../../../scripts/lib/build.mjs'
import { root } from '../../../scripts/lib/settings.mjs'

/** What lies at the top of the project and does not change the build. */
const notBuilt = [
  /^\./,
  /^(bench|docs|scripts|tests|tools)$/,
  /\.md$/,
  /^(LICENSE|package\.json|knip\.json)$/,
  /^(eslint|vitest|playwright)\.config\./,
]

describe('the inputs of the build', () => {
  it('name every tracked file and folder at the top that goes into it', () => {
    const tracked = execFileSync('git', ['ls-tree', '--name-only', 'HEAD'], { cwd: root, encoding: 'utf8' })
    const unaccounted = tracked
      .trim()
      .split('\n')
      .filter((name) => !buildInputs.includes(name) && !notBuilt.some((pattern) => pattern.test(name)))
    expect(unaccounted).toEqual([])
  })
})
