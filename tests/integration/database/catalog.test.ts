import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ownDatabase, type TestDatabase } from '../../support/database'

/**
 * What the catalog shows of the rules that keep hotels apart and let the database be sharded by tenant. Nothing
 * here names a tenant's table: a new one is held to the rules from its first migration.
 */
describe('the catalog', () => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await ownDatabase({ asDeployed: true })
  })
  afterAll(() => db.close())
  const query = async (sql: string) => (await db.owner.query<Record<string, unknown>>(sql)).rows
  /** Our tables: `t` of those that have tenant_id. */
  const tables = `
    WITH ours AS (
      SELECT c.oid, c.relname AS name, c.relrowsecurity, c.relforcerowsecurity, c.relowner,
             (SELECT a.attnum FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped) AS tenant
        FROM pg_class c
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname NOT LIKE '\\_prisma%')`
  const ofTenants = `${tables}, t AS (SELECT * FROM ours WHERE tenant IS NOT NULL)`

  it('has tenant tables and global ones', async () => {
    const [row] = await query(`${tables} SELECT count(tenant)::int AS tenants, count(*)::int AS all FROM ours`)
    expect(row?.tenants).toBeGreaterThan(10)
    expect(row?.all).toBeGreaterThan(Number(row?.tenants))
  })

  it('enables and forces row-level security on every tenant table, bound to the tenant for reading and writing', async () => {
    expect(await query(`${ofTenants} SELECT name FROM t WHERE NOT (relrowsecurity AND relforcerowsecurity)`)).toEqual(
      [],
    )
    expect(
      await query(`${ofTenants} SELECT name FROM t WHERE NOT EXISTS (
        SELECT FROM pg_policy p WHERE p.polrelid = t.oid AND p.polroles = ARRAY['hotel_app'::regrole::oid] AND p.polcmd = '*' AND p.polpermissive
           AND pg_get_expr(p.polqual, p.polrelid) LIKE '(tenant_id = %app.tenant_id%'
           AND pg_get_expr(p.polwithcheck, p.polrelid) LIKE '(tenant_id = %app.tenant_id%')`),
      'without a policy of its own',
    ).toEqual([])
    // Permissive policies add up: a second one for the application would open what the first one closes.
    expect(
      await query(`${ofTenants} SELECT t.name, p.polname FROM t JOIN pg_policy p ON p.polrelid = t.oid
         WHERE (p.polroles && ARRAY['hotel_app'::regrole::oid, 0::oid]) AND p.polname <> 'tenant_isolation'`),
      'with a second policy',
    ).toEqual([])
  })

  it('shows a connection without a tenant nothing, and takes nothing from it', async () => {
    const names = (await query(`${ofTenants} SELECT name FROM t ORDER BY name`)).map((row) => String(row.name))
    for (const name of names) {
      const { rows } = await db.owner.query<{ readable: boolean }>(
        `SELECT has_table_privilege('hotel_app', $1, 'SELECT') AS readable`,
        [name],
      )
      if (rows[0]?.readable) expect((await db.pool.query(`SELECT FROM ${name}`)).rowCount, name).toBe(0)
    }
  })

  it('makes tenant_id, never null, the first column of every tenant table’s primary key', async () => {
    expect(
      await query(`${ofTenants} SELECT name FROM t WHERE NOT EXISTS (
        SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary AND i.indkey[0] = t.tenant)`),
    ).toEqual([])
    expect(
      await query(
        `${ofTenants} SELECT name FROM t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = t.tenant WHERE NOT a.attnotnull OR a.atttypid <> 'uuid'::regtype`,
      ),
    ).toEqual([])
  })

  it('has tenant_id in every unique index and foreign key of a tenant table', async () => {
    expect(
      await query(`${ofTenants} SELECT i.indexrelid::regclass::text AS index FROM t JOIN pg_index i ON i.indrelid = t.oid
         WHERE i.indisunique AND NOT t.tenant = ANY (i.indkey::int2[])`),
    ).toEqual([])
    expect(
      await query(`${ofTenants} SELECT c.conname FROM t JOIN pg_constraint c ON c.conrelid = t.oid AND c.contype = 'f'
         JOIN ours o ON o.oid = c.confrelid
        WHERE o.tenant IS NOT NULL AND NOT EXISTS (
          SELECT FROM unnest(c.conkey, c.confkey) AS k (here, there) WHERE k.here = t.tenant AND k.there = o.tenant)`),
      'to another tenant table, without tenant_id on both sides',
    ).toEqual([])
  })

  it('has no foreign key from a global table to a tenant table, and none that sets null or changes tenant_id', async () => {
    expect(
      await query(`${tables} SELECT c.conname FROM pg_constraint c JOIN ours f ON f.oid = c.conrelid JOIN ours o ON o.oid = c.confrelid
         WHERE c.contype = 'f' AND f.tenant IS NULL AND o.tenant IS NOT NULL`),
    ).toEqual([])
    expect(
      await query(
        `SELECT conname FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND (confdeltype IN ('n', 'd') OR confupdtype IN ('n', 'd'))`,
      ),
    ).toEqual([])
  })

  it('keeps the application’s roles from owning, bypassing or making anything', async () => {
    const roles = `WITH RECURSIVE r AS (
      SELECT oid FROM pg_roles WHERE rolname IN ('hotel_app', 'hotel_jobs')
      UNION SELECT m.member FROM pg_auth_members m JOIN r ON m.roleid = r.oid)`
    expect(
      await query(
        `${roles} SELECT rolname FROM pg_roles JOIN r USING (oid) WHERE rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication`,
      ),
    ).toEqual([])
    expect(
      await query(`${roles} SELECT classid::regclass::text, objid FROM pg_shdepend JOIN r ON r.oid = refobjid
         WHERE deptype = 'o' AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))`),
      'owned',
    ).toEqual([])
    expect(
      await query(
        `SELECT r.rolname FROM pg_roles r WHERE r.rolname IN ('hotel_app', 'hotel_jobs') AND has_schema_privilege(r.oid, 'public', 'CREATE')`,
      ),
      'may create',
    ).toEqual([])
    // Whoever the tests' own connections are, they are bound by all of this.
    for (const pool of [db.pool, db.jobs]) {
      const { rows } = await pool.query(
        `SELECT rolsuper OR rolbypassrls AS above FROM pg_roles WHERE rolname = current_user`,
      )
      expect(rows).toEqual([{ above: false }])
    }
  })

  it('lets nobody but the owner change or delete what a ledger holds', async () => {
    for (const ledger of ['ai_credit_transactions', 'system_events', 'monthly_credit_resets']) {
      for (const role of ['hotel_app', 'hotel_jobs']) {
        const rights =
          await query(`SELECT p AS privilege FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS p WHERE has_table_privilege('${role}', '${ledger}', p)
          UNION ALL SELECT 'UPDATE of ' || attname FROM pg_attribute WHERE attrelid = '${ledger}'::regclass AND attnum > 0 AND NOT attisdropped
            AND has_column_privilege('${role}', attrelid, attnum, 'UPDATE')`)
        expect(rights, `${role} on ${ledger}`).toEqual([])
      }
    }
    await expect(db.pool.query('UPDATE ai_credit_transactions SET credits_amount = 0')).rejects.toMatchObject({
      code: '42501',
    })
    await expect(db.jobs.query('DELETE FROM system_events')).rejects.toMatchObject({ code: '42501' })
  })

  it('gives the public nothing on our tables', async () => {
    expect(
      await query(`${tables} SELECT name, privilege_type FROM ours, LATERAL (
        SELECT x.privilege_type FROM pg_class c, aclexplode(c.relacl) x WHERE c.oid = ours.oid AND x.grantee = 0) p`),
    ).toEqual([])
  })

  it('has functions that neither notify nor take advisory locks, run with their caller’s rights, and views that do', async () => {
    expect(
      await query(
        `SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND (prosrc ~* 'notify|advisory' OR prosecdef)`,
      ),
    ).toEqual([])
    expect(
      await query(`SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND (relkind = 'm'
         OR relkind = 'v' AND NOT coalesce(reloptions::text LIKE '%security_invoker=true%', false))`),
    ).toEqual([])
  })
})
