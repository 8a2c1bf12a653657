import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withLock } from './lock.mjs'
import { step, Trouble } from './messages.mjs'
import { run } from './processes.mjs'
import { root } from './settings.mjs'

/** Held by whoever installs or builds in this project, so that two launchers do not do it at once. */
export const projectLock = join(root, '.data/project.lock')

const minimumNode = [20, 19]

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > minimumNode[0] || (major === minimumNode[0] && minor >= minimumNode[1])) return
  throw new Trouble(
    `Node.js ${minimumNode.join('.')} 以上が必要です(現在: ${process.versions.node})`,
    `Node.js ${minimumNode.join('.')} or newer is needed (this is ${process.versions.node})`,
  )
}

/**
 * Installs the dependencies when what is in node_modules is not what package-lock.json asks for.
 * @param {AbortSignal} [signal]
 */
export async function installDependencies(signal) {
  if (isInstalled()) return
  await withLock(
    projectLock,
    async () => {
      if (!isInstalled())
        await step('必要なものをインストールしています', 'installing dependencies', () => install(signal))
    },
    { signal },
  )
}

/** npm notes at the end of each installation what it has put in place. */
function isInstalled() {
  const wanted = packagesOf('package-lock.json')
  const present = packagesOf('node_modules/.package-lock.json')
  if (!wanted) {
    throw new Trouble('package-lock.json が見つかりません', 'package-lock.json is missing')
  }
  return (
    Boolean(present) &&
    Object.entries(wanted).every(([path, { version, optional }]) => {
      if (path === '' || (optional && !present[path])) return true
      return present[path]?.version === version && existsSync(join(root, path))
    })
  )
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

async function install(signal) {
  let { code, output } = await npm(['ci'], signal)
  // npm ci refuses a lock file written against a registry that lacked another platform's optional packages.
  if (code !== 0 && output.includes('EUSAGE')) ({ code, output } = await npm(['install', '--no-save'], signal))
  signal?.throwIfAborted()
  if (code === 0) return
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT/.test(output)
  ) {
    throw new Trouble(
      'npm のレジストリに接続できないため、インストールできません。ネットワークを確認してください',
      'cannot install: the npm registry is out of reach; check the network',
    )
  }
  throw new Trouble('インストールに失敗しました', 'npm failed to install', { detail: firstErrors(output) })
}

/** The very npm that started us, when one did. */
export const npmProgram = () => (process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'])

/** Retries are short, so that without a network it soon says so. */
function npm(args, signal) {
  const [command, ...rest] = [...npmProgram(), ...args]
  const options = [
    '--include=dev',
    '--prefer-offline',
    '--fetch-retry-mintimeout=1000',
    '--fetch-retry-maxtimeout=5000',
  ]
  return run(command, [...rest, ...options], { cwd: root, signal })
}

const firstErrors = (output) =>
  output
    .split('\n')
    .filter((line) => /npm (error|ERR!)/.test(line))
    .slice(0, 3)
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, ''))
    .join(' | ')
