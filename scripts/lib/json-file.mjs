import { readFileSync } from 'node:fs'
import { Trouble } from './messages.mjs'

/**
 * @param {string} file
 * @returns {any} nothing when there is no such file
 */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    if (error instanceof SyntaxError) throw damaged(file)
    throw error
  }
}

/** @param {string} file */
export const damaged = (file) =>
  new Trouble(
    `${file} が壊れています。バックアップから戻すか、別の場所へ移してください`,
    `${file} is damaged: restore it from a backup, or move it away`,
  )
