import { createHmac, randomBytes } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { damaged, readJson } from './json-file.mjs'

/**
 * One random secret per data folder; every password is derived from it, so that each command that knows the
 * folder arrives at the same passwords and none of them is written down.
 * @param {string} dataDir
 * @returns {{ derive: (purpose: string) => string }}
 */
export function openSecrets(dataDir) {
  const file = join(dataDir, 'secrets.json')
  const { secret } = readJson(file) ?? createSecrets(dataDir, file)
  if (typeof secret !== 'string' || secret.length < 32) throw damaged(file)
  return { derive: (purpose) => createHmac('sha256', secret).update(purpose).digest('base64url') }
}

function createSecrets(dataDir, file) {
  mkdirSync(dataDir, { recursive: true })
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, JSON.stringify({ secret: randomBytes(32).toString('base64url') }), { mode: 0o600 })
  try {
    linkSync(draft, file) // fails when another process was first: its secret counts
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  } finally {
    rmSync(draft, { force: true })
  }
  chmodSync(file, 0o600)
  return readJson(file)
}
