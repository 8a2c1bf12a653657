import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * A process id alone may have been given to another process since; together with the moment its process
 * started it is unique until the machine restarts, and after that too.
 * @param {number} pid
 * @returns {string | undefined} nothing when there is no such process
 */
export function startedAt(pid) {
  if (process.platform === 'linux') {
    const stat = readProc(pid, 'stat')
    // The second field is the program's name in brackets and may itself hold spaces and brackets.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields && fields[0] !== 'Z' ? `${bootId()}:${fields[19]}` : undefined
  }
  return ps(pid, 'lstart=')
}

/** @param {number} pid */
export const commandLine = (pid) =>
  process.platform === 'linux' ? readProc(pid, 'cmdline')?.replaceAll('\0', ' ') : ps(pid, 'command=')

/** @param {number} pid */
export function parentOf(pid) {
  const stat = process.platform === 'linux' ? readProc(pid, 'stat') : undefined
  const text = stat ? stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] : ps(pid, 'ppid=')
  return text ? Number(text) : undefined
}

function readProc(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return undefined
  }
}

function bootId() {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}

function ps(pid, format) {
  const { status, stdout } = spawnSync('ps', ['-o', format, '-p', String(pid)], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() || undefined : undefined
}

/**
 * Runs a program to its end and keeps what it wrote. It gets a process group of its own: Ctrl-C in the
 * terminal is then for the launcher alone, which ends its helpers in the right order.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions & { signal?: AbortSignal, onLine?: (line: string) => void }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, { signal, onLine, ...options } = {}) {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...options })
    let output = ''
    const collect = (chunk) => {
      output += chunk
      if (onLine) String(chunk).split('\n').filter(Boolean).forEach(onLine)
    }
    child.stdout?.setEncoding('utf8').on('data', collect)
    child.stderr?.setEncoding('utf8').on('data', collect)
    const abort = () => killGroup(child.pid, 'SIGKILL')
    signal?.addEventListener('abort', abort, { once: true })
    child.on('error', failed)
    child.on('close', (code) => {
      signal?.removeEventListener('abort', abort)
      done({ code: code ?? 1, output })
    })
    if (signal?.aborted) abort()
  })
}

/**
 * @param {number | undefined} pid
 * @param {NodeJS.Signals} signal
 */
export function killGroup(pid, signal) {
  if (!pid) return
  try {
    process.kill(-pid, signal)
  } catch {
    // The whole group has ended already.
  }
}
