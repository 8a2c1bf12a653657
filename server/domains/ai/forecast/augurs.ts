import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { initSync, MSTL } from '@bsull/augurs/mstl'
import { WEEK } from './seasonal-naive'

/** MSTL needs two whole weeks to tell a week's shape from its level. */
export const MSTL_MIN_DAYS = 2 * WEEK

let ready = false

/**
 * Reads the WebAssembly beside the package's own script, from disk. The package's default
 * initialiser would `fetch` a file: URL, which Node refuses; this way works the same in tests,
 * in scripts and in the Nitro bundle, where the package is traced into `.output/server/node_modules`.
 */
function loadOnce(): void {
  if (ready) return
  const script = createRequire(import.meta.url).resolve('@bsull/augurs/mstl')
  initSync({ module: readFileSync(script.replace(/\.js$/, '_bg.wasm')) })
  ready = true
}

/**
 * MSTL (Bandara, Hyndman & Bergmeir 2021, arXiv:2107.13462) with weekly season and an AutoETS
 * trend (Hyndman & Khandakar 2008), from augurs.
 *
 * @param history at least {@link MSTL_MIN_DAYS} values
 * @returns the next `days` values (they may be negative), or null where the library finds no model,
 *   as it does for some constant series
 */
export function mstlForecast(history: readonly number[], days: number): number[] | null {
  loadOnce()
  const model = MSTL.ets([WEEK], { impute: false })
  try {
    model.fit(Float64Array.from(history))
    const { point } = model.predict(days)
    return point.every(Number.isFinite) ? point : null
  } catch (error) {
    // The library reports "no model found" and the like by throwing; a broken module is another matter.
    if (error instanceof WebAssembly.RuntimeError) throw error
    return null
  } finally {
    model.free()
  }
}
