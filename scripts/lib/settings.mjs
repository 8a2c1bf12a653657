import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Trouble } from './messages.mjs'

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

/** Reads `.env`; what already stands in the environment goes before it. */
export function loadEnvironmentFile() {
  const file = resolve(root, '.env')
  if (existsSync(file)) process.loadEnvFile(file)
}

/** The folder that holds everything one installation keeps: database, secrets, files. */
export const dataDirectory = () => resolve(root, process.env.DATA_DIR || '.data')

export function applicationPort() {
  const text = process.env.PORT || '3200'
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Trouble(
      `PORT は 1〜65535 の数で指定してください(現在: ${text})`,
      `PORT must be a number from 1 to 65535 (it is ${text})`,
    )
  }
  return port
}

/** @param {string} text */
export const fingerprint = (text) => createHash('sha256').update(text).digest('hex').slice(0, 12)
