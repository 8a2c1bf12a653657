import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { binary } from './build.mjs'
import { describe, step } from './messages.mjs'
import { npmProgram } from './install.mjs'
import { run } from './processes.mjs'
import { root } from './settings.mjs'

/**
 * @typedef {{ passed: number, failed: number, skipped: number, reason?: string }} Result
 * @typedef {{ signal?: AbortSignal, env?: Record<string, string> }} Options
 */

/** What a failing stage said; more than this nobody reads in a terminal. */
const shownLines = 200

/** @param {unknown} error @returns {Result} */
export const failed = (error) => ({ passed: 0, failed: 1, skipped: 0, reason: describe(error).split('\n')[0] })

/** @param {number} skipped @param {string} reason @returns {Result} */
export const notRun = (skipped, reason) => ({ passed: 0, failed: 0, skipped, reason })

/**
 * A script of package.json that passes or fails as a whole.
 * @param {string} script
 * @param {Options} options
 * @returns {Promise<Result>}
 */
export async function npmScript(script, options) {
  const { code } = await tell(script, [...npmProgram(), 'run', script], options)
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }
}

/**
 * @param {'unit' | 'integration'} project
 * @param {Options} options
 * @returns {Promise<Result>}
 */
export const vitest = (project, options) =>
  withReport(async (file) => {
    const program = [process.execPath, binary('vitest'), 'run', '--project', project]
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const { code } = await tell(project, [...program, ...reporters], options)
    const report = readReport(file)
    if (!report) return failed(new Error(`vitest ended with ${code} and no report`))
    // A file that cannot even be loaded reports no test of its own.
    const unloadable = report.testResults.filter((one) => one.status === 'failed' && one.assertionResults.length === 0)
    return settle(code, {
      passed: report.numPassedTests,
      failed: report.numFailedTests + unloadable.length,
      skipped: report.numPendingTests + report.numTodoTests,
    })
  })

/**
 * @param {Options} options
 * @returns {Promise<Result>}
 */
export const playwright = (options) =>
  withReport(async (file) => {
    const program = [process.execPath, binary('@playwright/test', 'playwright'), 'test', '--reporter=line,json']
    const env = { ...options.env, PLAYWRIGHT_JSON_OUTPUT_NAME: file }
    const { code } = await tell('browser', program, { ...options, env })
    const { stats } = readReport(file) ?? {}
    if (!stats) return failed(new Error(`playwright ended with ${code} and no report`))
    return settle(code, { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped })
  })

/** How many browser tests there are, without running them. @param {Options} options */
export async function countBrowserTests(options) {
  const program = [binary('@playwright/test', 'playwright'), 'test', '--list']
  const { output } = await run(process.execPath, program, { cwd: root, signal: options.signal })
  return Number(/Total: (\d+) tests?/.exec(output)?.[1] ?? 1)
}

/** A run that failed without a failing test (an error outside of them) is a failure all the same. */
const settle = (code, result) => (code !== 0 && result.failed === 0 ? { ...result, failed: 1 } : result)

async function tell(name, [command, ...args], { signal, env }) {
  const { code, output } = await step(
    name,
    name,
    () => run(command, args, { cwd: root, signal, env: { ...process.env, FORCE_COLOR: '0', ...env } }),
    (result) => result.code === 0,
  )
  if (code !== 0) console.log(output.trimEnd().split('\n').slice(-shownLines).join('\n'))
  return { code, output }
}

async function withReport(work) {
  const folder = mkdtempSync(join(tmpdir(), 'hotel-member-crm-report-'))
  try {
    return await work(join(folder, 'report.json'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
