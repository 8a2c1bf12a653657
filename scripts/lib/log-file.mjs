import { mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

const logLimit = 10 * 1024 * 1024

/** For a child to write to; the one before the last start that grew too large stays beside it. @param {string} file */
export function openLog(file) {
  mkdirSync(dirname(file), { recursive: true })
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > logLimit) renameSync(file, `${file}.1`)
  return openSync(file, 'a', 0o600)
}

/** @param {string} file */
export const lastLines = (file) => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n')
