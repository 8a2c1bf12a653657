import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createJiti } from 'jiti'
import { generate } from '../../scripts/lib/build.mjs'
import { root } from '../../scripts/lib/settings.mjs'

/**
 * Runs a bench that uses the server's own modules, which are TypeScript.
 * @param {string} file in bench/
 */
export async function run(file) {
  await generate()
  const jiti = createJiti(import.meta.url, { alias: { '#shared': join(root, 'shared') } })
  await jiti.import(fileURLToPath(new URL(`../${file}`, import.meta.url)))
}
