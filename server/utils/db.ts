import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaClient, type Prisma } from '../generated/prisma/client'

export type Transaction = Prisma.TransactionClient

/** One call of a database function, prepared under `name`. */
export interface Statement {
  name: string
  text: string
  values: unknown[]
}

/** The only way to a tenant's rows: bound to one tenant. Statements name tenant_id all the same; row-level security is the second wall. */
export interface TenantDatabase {
  readonly tenantId: string
  /** Everything in `run` is committed together or not at all. */
  transaction<T>(run: (tx: Transaction) => Promise<T>, options?: { timeoutMs?: number }): Promise<T>
  /** A transaction for reading; the same binding, without waking the outbox. */
  read<T>(run: (tx: Transaction) => Promise<T>): Promise<T>
  /** One round trip to a database function that binds the tenant itself. Returns its one row. */
  call<Row extends object>(statement: Statement): Promise<Row>
  /** The same for a function that only reads. */
  query<Row extends object>(statement: Statement): Promise<Row>
}

export interface Database {
  /** Global tables (shared/spec: tenants, plans, users, sessions, …); a tenant's tables show nothing here. */
  readonly global: PrismaClient
  readonly pool: pg.Pool
  /** Work over all tenants, as the role hotel_jobs; for tasks, never for a request. */
  readonly jobs: pg.Pool
  forTenant(tenantId: string): TenantDatabase
  /** Called after every commit that may have written an outbox row. */
  onCommit(listener: () => void): void
  close(): Promise<void>
}

export interface DatabaseOptions {
  appUrl: string
  jobsUrl: string
  poolSize: number
}

export function createDatabase({ appUrl, jobsUrl, poolSize }: DatabaseOptions): Database {
  const pool = new pg.Pool({ connectionString: appUrl, max: poolSize })
  const jobs = new pg.Pool({ connectionString: jobsUrl, max: 6 })
  // An idle connection that breaks (a restarted database) is replaced at the next use.
  pool.on('error', () => {})
  jobs.on('error', () => {})
  // Minimal: the longer formats put the data of a failed statement into the log.
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool), errorFormat: 'minimal' })
  const listeners: (() => void)[] = []
  const committed = () => listeners.forEach((listener) => listener())

  const bound = <T>(tenantId: string, run: (tx: Transaction) => Promise<T>, timeoutMs = 15_000) =>
    prisma.$transaction(
      async (tx) => {
        await tx.$executeRaw`SELECT bind_tenant(${tenantId}::uuid)`
        return run(tx)
      },
      { maxWait: 10_000, timeout: timeoutMs },
    )

  return {
    global: prisma,
    pool,
    jobs,
    forTenant: (tenantId) => ({
      tenantId,
      read: (run) => bound(tenantId, run),
      transaction: async (run, options) => {
        const result = await bound(tenantId, run, options?.timeoutMs)
        committed()
        return result
      },
      call: async <Row extends object>(statement: Statement) => {
        const row = await callOn<Row>(pool, statement)
        committed()
        return row
      },
      query: (statement) => callOn(pool, statement),
    }),
    onCommit: (listener) => void listeners.push(listener),
    close: async () => {
      await prisma.$disconnect()
      await Promise.all([pool.end(), jobs.end()])
    },
  }
}

async function callOn<Row extends object>(pool: pg.Pool, statement: Statement): Promise<Row> {
  const { rows } = await pool.query<Row>(statement)
  return onlyRow(rows, statement.name)
}

/** The same statement inside a transaction that does more. */
export async function callIn<Row extends object>(tx: Transaction, statement: Statement): Promise<Row> {
  const rows = await tx.$queryRawUnsafe<Row[]>(statement.text, ...statement.values)
  return onlyRow(rows, statement.name)
}

function onlyRow<Row>(rows: Row[], name: string): Row {
  const [row] = rows
  if (!row) throw new Error(`${name} returned no row`)
  return row
}

/** Whether the database answers and its migrations are in. */
export async function isReachable(db: Database): Promise<boolean> {
  try {
    await db.pool.query('SELECT FROM plans LIMIT 1')
    return true
  } catch {
    return false
  }
}

/** SQLSTATE of a database error, whichever driver it came through. */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { code, cause, meta } = error as { code?: unknown; cause?: unknown; meta?: { driverAdapterError?: unknown } }
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('P')) return code
  const original = (cause as { originalCode?: unknown } | undefined)?.originalCode
  if (typeof original === 'string') return original
  return sqlState(meta?.driverAdapterError) ?? sqlState(cause)
}
