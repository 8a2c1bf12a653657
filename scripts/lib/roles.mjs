import pg from 'pg'
import { Trouble } from './messages.mjs'
import { fingerprint } from './settings.mjs'

/**
 * The application never connects as the owner of its tables. Two group roles carry the rights (migrations
 * grant to them and write their policies for them); per database and installation each has one login role.
 */
export const groups = /** @type {const} */ (['hotel_app', 'hotel_jobs'])

const { escapeIdentifier, escapeLiteral } = pg

/**
 * On the embedded cluster the first user is a superuser, for whom row-level security means nothing: the
 * database gets an owner of its own, and migrations run as that. CREATEDB is for shadow and test databases.
 * @param {pg.Client} admin
 * @param {{ role: string, password: string, database: string }} owner
 */
export async function provisionOwner(admin, { role, password, database }) {
  await createRole(admin, role, `LOGIN CREATEDB PASSWORD ${escapeLiteral(password)}`)
  const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [database])
  if (rowCount) return
  await admin.query(
    `CREATE DATABASE ${escapeIdentifier(database)} OWNER ${escapeIdentifier(role)} TEMPLATE template0 ENCODING 'UTF8'`,
  )
}

/** @param {pg.Client} admin someone who may create roles */
export async function provisionGroups(admin) {
  for (const group of groups) await createRole(admin, group, 'NOLOGIN')
}

/**
 * The login's name contains a fingerprint of its password, so two installations that share one database have
 * a login each and never change the other's.
 * @param {pg.Client} admin
 * @param {typeof groups[number]} group
 * @param {{ database: string, password: string }} login
 * @returns {Promise<string>} the role's name
 */
export async function provisionLogin(admin, group, { database, password }) {
  const role = `${group}_${database.slice(0, 35)}_${fingerprint(password)}`
  await createRole(admin, role, `LOGIN INHERIT PASSWORD ${escapeLiteral(password)}`)
  const { rowCount } = await admin.query(
    `SELECT FROM pg_auth_members WHERE roleid = $1::regrole AND member = $2::regrole`,
    [group, escapeIdentifier(role)],
  )
  if (!rowCount) await admin.query(`GRANT ${group} TO ${escapeIdentifier(role)}`)
  return role
}

async function createRole(admin, role, attributes) {
  const { rowCount } = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [role])
  if (rowCount) return
  try {
    await admin.query(
      `CREATE ROLE ${escapeIdentifier(role)} NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION ${attributes}`,
    )
  } catch (error) {
    const madeMeanwhile = error.code === '42710' || error.code === '23505'
    if (madeMeanwhile) return
    if (error.code !== '42501') throw error
    throw new Trouble(
      `DATABASE_URL のユーザーにはロールを作る権限がありません。管理者にロール ${groups.join(' と ')}(NOLOGIN)とそれぞれのログインの作成を依頼し、DATABASE_APP_URL と DATABASE_JOBS_URL を設定してください`,
      `the user of DATABASE_URL may not create roles: have an administrator create ${groups.join(' and ')} (NOLOGIN) with a login in each, and set DATABASE_APP_URL and DATABASE_JOBS_URL`,
      { cause: error },
    )
  }
}
