import type pg from 'pg'
import { logger } from './logger'

const retryMs = 2_000
const lockClass = 4_207_002

/**
 * Each worker holds an advisory lock of its name while its server lives; one whose lock is free belonged to a
 * killed server.
 */
export class WorkerLocks {
  private current: Promise<pg.PoolClient> | undefined
  private readonly released = new WeakSet<pg.PoolClient>()
  private readonly workerIds = new Set<string>()

  constructor(
    private readonly pool: pg.Pool,
    private readonly signal: AbortSignal,
  ) {}

  /** Awaited before a worker looks for its first job, so that no other server can take it for dead. */
  async hold(workerId: string): Promise<void> {
    this.workerIds.add(workerId)
    await lock(await this.connection(), workerId)
  }

  /** Lets go the jobs of killed servers. */
  async freeDead(): Promise<void> {
    const client = await this.connection()
    const { rows } = await client.query<{ locked_by: string }>(
      `SELECT locked_by FROM graphile_worker._private_jobs WHERE locked_by IS NOT NULL
       UNION SELECT locked_by FROM graphile_worker._private_job_queues WHERE locked_by IS NOT NULL`,
    )
    for (const { locked_by: workerId } of rows) {
      if (!this.workerIds.has(workerId)) await unlockIfDead(client, workerId)
    }
  }

  /** Of a server that has stopped. */
  async release(): Promise<void> {
    const client = await this.current?.catch(() => undefined)
    if (client) this.letGo(client)
  }

  /** One connection holds all locks: they go with it, and are taken again at once on the next. */
  private connection(): Promise<pg.PoolClient> {
    this.current ??= this.takeLocks()
    return this.current
  }

  private async takeLocks(): Promise<pg.PoolClient> {
    let client: pg.PoolClient | undefined
    try {
      client = await this.pool.connect()
      await this.takeLocksOn(client)
      return client
    } catch (error) {
      if (client) this.letGo(client)
      this.current = undefined
      throw error
    }
  }

  private async takeLocksOn(client: pg.PoolClient): Promise<void> {
    let isHeld = false
    client.on('error', () => {
      if (!this.letGo(client) || !isHeld) return
      this.current = undefined
      this.lockAgain()
    })
    for (const workerId of this.workerIds) await lock(client, workerId)
    isHeld = true
  }

  /** Until then another server could take our workers for dead, and begin what they are doing. */
  private lockAgain(): void {
    if (this.signal.aborted) return
    this.connection().catch((error: unknown) => {
      logger.warn({ err: error }, 'jobs: locks lost, will try again')
      setTimeout(() => this.lockAgain(), retryMs).unref()
    })
  }

  /** A connection that breaks may say so more than once. @returns whether it was still held */
  private letGo(client: pg.PoolClient): boolean {
    if (this.released.has(client)) return false
    this.released.add(client)
    client.release(true)
    return true
  }
}

const lock = (client: pg.PoolClient, workerId: string) =>
  client.query('SELECT pg_advisory_lock($1, hashtext($2))', [lockClass, workerId])

async function unlockIfDead(client: pg.PoolClient, workerId: string): Promise<void> {
  const { rows } = await client.query<{ dead: boolean }>('SELECT pg_try_advisory_lock($1, hashtext($2)) AS dead', [
    lockClass,
    workerId,
  ])
  if (!rows[0]?.dead) return
  try {
    logger.warn({ workerId }, 'jobs: its server is gone, its jobs are free again')
    await client.query('SELECT graphile_worker.force_unlock_workers(ARRAY[$1])', [workerId])
  } finally {
    await client.query('SELECT pg_advisory_unlock($1, hashtext($2))', [lockClass, workerId])
  }
}
