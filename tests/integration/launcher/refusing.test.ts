import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildServer } from '../../../scripts/lib/build.mjs'
import { installation, type Installation } from './launcher'

let here: Installation

beforeAll(() => buildServer())
beforeEach(async () => {
  here = await installation()
})
afterEach(() => here.clear())

/** The launcher's last words: one line, no stack trace, and nothing stays behind. */
async function refusal(): Promise<string> {
  const launch = here.start()
  expect(await launch.ended).toBe(1)
  expect(here.postgres()).toBeUndefined()
  const failures = launch
    .output()
    .split('\n')
    .filter((line) => !/^[…✓]/.test(line) && line.trim())
  expect(failures).toHaveLength(1)
  return failures[0] as string
}

describe('npm run demo says in one line', () => {
  it('that the port is taken', async () => {
    const other = createServer().listen(here.port, '127.0.0.1')
    expect(await refusal()).toContain(`port ${here.port} is taken`)
    await new Promise((done) => other.close(done))
  })

  it('that the cluster is garbage', async () => {
    mkdirSync(join(here.dataDir, 'postgres/cluster'), { recursive: true })
    writeFileSync(join(here.dataDir, 'postgres/cluster/garbage'), 'x')
    expect(await refusal()).toContain('does not hold a PostgreSQL cluster')
  })

  it('that the cluster was made by another PostgreSQL', async () => {
    mkdirSync(join(here.dataDir, 'postgres/cluster'), { recursive: true })
    writeFileSync(join(here.dataDir, 'postgres/cluster/PG_VERSION'), '9.6\n')
    expect(await refusal()).toContain('was made by PostgreSQL 9.6')
  })

  it('that the secrets are damaged', async () => {
    writeFileSync(join(here.dataDir, 'secrets.json'), '{')
    expect(await refusal()).toContain('is damaged')
  })

  it('that the notes about the database are damaged', async () => {
    writeFileSync(join(here.dataDir, 'postgres.json'), '{')
    expect(await refusal()).toContain('is damaged')
  })

  it('that a file is in the way', async () => {
    writeFileSync(join(here.dataDir, 'postgres'), '')
    expect(await refusal()).toContain(join(here.dataDir, 'postgres'))
  })
})
