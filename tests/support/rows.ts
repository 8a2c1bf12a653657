import { randomUUID } from 'node:crypto'
import { sqlState } from '../../server/utils/db'
import type { TestDatabase } from './database'

export interface TenantTable {
  name: string
  idColumns: string[]
}

interface Column {
  table: string
  name: string
  type: string
  required: boolean
  /** "table.column" that it refers to. */
  refersTo: string | null
  /** The values that a constraint allows. */
  allowed: string[] | null
}

/** Where a constraint asks more of a column than its type and its own list of values: figures that agree, a pattern. */
const fitting: Record<string, unknown> = {
  'credit_purchases.credits_amount': 1,
  'credit_purchases.list_price_yen': 10,
  'credit_purchases.discount_yen': 0,
  'credit_purchases.price_yen': 10,
  'credit_purchases.tax_rate': 0.1,
  'credit_purchases.tax_yen': 1,
  'credit_purchases.total_yen': 11,
  'invoices.net_yen': 10,
  'invoices.tax_yen': 1,
  'invoices.total_yen': 11,
  'payment_methods.last4': '4242',
}

/** The tables with a tenant_id, from the catalog, but for those whose rows can only be the platform's. */
export async function tenantTables(db: TestDatabase): Promise<TenantTable[]> {
  const { rows } = await db.owner.query<{ name: string; ids: string[] }>(
    `SELECT c.relname::text AS name, array_agg(a.attname::text) FILTER (WHERE a.atttypid = 'uuid'::regtype) AS ids
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      GROUP BY c.oid, c.relname HAVING bool_or(a.attname = 'tenant_id') AND NOT EXISTS (
        SELECT FROM pg_constraint k JOIN pg_attribute t ON t.attrelid = k.conrelid AND t.attname = 'tenant_id'
         WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conkey = ARRAY[t.attnum])
      ORDER BY c.relname`,
  )
  return rows.map(({ name, ids }) => ({ name, idColumns: ids }))
}

/** Gives a hotel a row in each table in which it has none, made from the catalog alone. */
export async function fillEmptyTables(db: TestDatabase, tenantId: string): Promise<void> {
  let empty: string[] = []
  for (const { name } of await tenantTables(db)) {
    const { rowCount } = await db.owner.query(`SELECT FROM ${name} WHERE tenant_id = $1 LIMIT 1`, [tenantId])
    if (!rowCount) empty.push(name)
  }
  const columns = await describeColumns(db)
  // A table may need a row of another one first.
  for (let round = 0; empty.length > 0 && round < 10; round++) {
    const failed: string[] = []
    for (const table of empty) if (!(await insertRow(db, tenantId, table, columns))) failed.push(table)
    empty = failed
  }
  if (empty.length > 0)
    throw new Error(`no row could be made for ${empty.join(', ')}: teach tests/support/rows.ts their constraints`)
}

async function insertRow(db: TestDatabase, tenantId: string, table: string, all: Column[]): Promise<boolean> {
  const columns = all.filter((column) => column.table === table && (column.required || column.name === 'tenant_id'))
  for (const number of [0, 1]) {
    const values = await Promise.all(columns.map((column) => valueFor(db, tenantId, column, number)))
    try {
      await db.owner.query(
        `INSERT INTO ${table} (${columns.map((column) => column.name).join(', ')}) VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
        values,
      )
      return true
    } catch (error) {
      const isConstraint = ['23514', '23503', '23502'].includes(sqlState(error) ?? '')
      if (!isConstraint) throw error
    }
  }
  return false
}

async function valueFor(db: TestDatabase, tenantId: string, column: Column, number: number): Promise<unknown> {
  if (column.name === 'tenant_id') return tenantId
  const fits = fitting[`${column.table}.${column.name}`]
  if (fits !== undefined) return fits
  if (column.refersTo) {
    const [table, name] = column.refersTo.split('.')
    const { rows } = await db.owner.query(
      `SELECT ${name} AS value FROM ${table} ORDER BY (to_jsonb(${table}) ->> 'tenant_id' = $1) DESC NULLS LAST LIMIT 1`,
      [tenantId],
    )
    return rows[0]?.value ?? randomUUID()
  }
  if (column.allowed) return column.allowed[0]
  // Tomorrow: nothing of it is over while the tests run.
  const tomorrow = new Date(Date.now() + 24 * 3_600_000)
  const values: Record<string, unknown> = {
    uuid: randomUUID(),
    text: 'x',
    int4: number,
    int8: number,
    numeric: number,
    bool: false,
    bytea: Buffer.from([0]),
    jsonb: '{}',
    json: '{}',
    date: '2031-01-01',
    timestamptz: tomorrow,
    _text: '{}',
  }
  if (!(column.type in values))
    throw new Error(`${column.table}.${column.name}: teach tests/support/rows.ts the type ${column.type}`)
  return values[column.type]
}

async function describeColumns(db: TestDatabase): Promise<Column[]> {
  const { rows } = await db.owner.query<Omit<Column, 'allowed'> & { constraint: string | null }>(
    `SELECT c.relname::text AS table, a.attname::text AS name, y.typname::text AS type, a.attnotnull AND NOT a.atthasdef AS required,
            (SELECT f.confrelid::regclass::text || '.' || fa.attname
               FROM pg_constraint f CROSS JOIN unnest(f.conkey, f.confkey) AS k (here, there)
               JOIN pg_attribute fa ON fa.attrelid = f.confrelid AND fa.attnum = k.there
              WHERE f.contype = 'f' AND f.conrelid = c.oid AND k.here = a.attnum LIMIT 1) AS "refersTo",
            (SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k
              WHERE k.contype = 'c' AND k.conrelid = c.oid AND k.conkey = ARRAY[a.attnum] AND pg_get_constraintdef(k.oid) LIKE '%ARRAY[%' LIMIT 1) AS constraint
       FROM pg_class c
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       JOIN pg_type y ON y.oid = a.atttypid
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')`,
  )
  return rows.map(({ constraint, ...column }) => ({
    ...column,
    allowed: constraint === null ? null : [...constraint.matchAll(/'([^']*)'::/g)].map((match) => String(match[1])),
  }))
}
