import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A data folder for one run of tests. Open for passing through, so that as root the database's account finds
 * its cluster inside, and removing the folder removes everything.
 * @param {string} purpose
 */
export function temporaryDataDirectory(purpose) {
  const path = mkdtempSync(join(tmpdir(), `hotel-member-crm-${purpose}-`))
  chmodSync(path, 0o711)
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
