import { Logger, run, type Job, type JobHelpers, type Runner } from 'graphile-worker'
import { z } from 'zod'
import { jobContext } from '../domains/identity/job-context'
import { userIdOf, type Context } from './context'
import type { Database, Transaction } from './db'
import { logger } from './logger'
import { locales } from './texts'
import { WorkerLocks } from './worker-locks'

/** What each job is given. */
export interface JobPayloads {
  'mail.send': { mailId: string }
  /** Whatever the hotel's account asks for when it runs. */
  'payments.auto-purchase': Record<string, never>
  /** The hotel's cards as Stripe keeps them when it runs. */
  'payments.sync-cards': Record<string, never>
  'reservations.import': { importId: string }
}
export type JobName = keyof JobPayloads

export interface JobTask<Name extends JobName> {
  /** May be run again after a crash or a stop at any point. Ends soon when `ctx.signal` aborts. */
  run(ctx: Context, payload: JobPayloads[Name]): Promise<void>
  /** The last attempt has failed, or died with its server: tell the user. May be called twice. */
  giveUp(ctx: Context, payload: JobPayloads[Name]): Promise<void>
}
export type JobTasks = { [Name in JobName]: JobTask<Name> }

/** The wait after the n-th failure is exp(n) seconds, so that these come 3, 7, 20 and 55 seconds after it. */
const defaultAttempts = 5
const concurrency = 2
/** Jobs of killed servers are looked for at the start and this often. */
const patrolMs = 15_000
/** What does not end by itself after this long is taken up by the next server. */
const stopWithinMs = 4_000
const retryStartMs = 2_000

const envelope = z.object({
  tenantId: z.uuid(),
  userId: z.uuid().nullable(),
  locale: z.enum(locales),
  requestId: z.string(),
  payload: z.record(z.string(), z.unknown()),
})

/** In whose name a job is done. */
type Sender = Pick<Context, 'tenantId' | 'actor' | 'locale' | 'requestId'>

/** What lies in the queue. */
export function jobContent(ctx: Sender, payload: Record<string, unknown>): z.input<typeof envelope> {
  return {
    tenantId: ctx.tenantId,
    userId: userIdOf(ctx),
    locale: ctx.locale,
    requestId: ctx.requestId,
    payload,
  }
}

interface JobOptions {
  /** Jobs of one queue run one after the other. */
  queue: string
  /** While a job of this key waits for its turn, it is the one: another is not added. */
  key?: string
  maxAttempts?: number
}

/** Hands in a job, in the transaction of what it is about: both are committed, or neither. */
export async function addJob<Name extends JobName>(
  tx: Transaction,
  ctx: Sender,
  name: Name,
  payload: JobPayloads[Name],
  { queue, key, maxAttempts = defaultAttempts }: JobOptions,
): Promise<void> {
  await tx.$queryRaw`
    SELECT id FROM graphile_worker.add_job(${name}, payload := ${JSON.stringify(jobContent(ctx, payload))}::json, queue_name := ${queue},
      max_attempts := ${maxAttempts}::int, job_key := ${key ?? null}::text, job_key_mode := 'preserve_run_at')`
}

/**
 * Runs the jobs, each in the context of its hotel. Several servers may run on one database; a job whose server
 * was killed is let go at once (worker-locks) instead of after graphile-worker's four hours.
 */
export class JobRunner {
  private runner: Runner | undefined
  private readonly handedBack: Job[] = []
  private readonly stopped = new AbortController()
  private readonly signal: AbortSignal
  private readonly locks: WorkerLocks
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly db: Database,
    private readonly tasks: JobTasks,
    stopping: AbortSignal,
  ) {
    this.signal = AbortSignal.any([stopping, this.stopped.signal])
    this.locks = new WorkerLocks(db.jobs, this.signal)
  }

  /** Tries until the database answers. */
  async start(): Promise<void> {
    try {
      await this.patrol()
      if (this.signal.aborted) return
      this.runner = await run({
        pgPool: this.db.jobs,
        concurrency,
        noHandleSignals: true,
        parsedCronItems: [],
        logger: quietLogger,
        taskList: Object.fromEntries(
          Object.keys(this.tasks).map((name) => [
            name,
            (content: unknown, helpers: JobHelpers) => this.work(name as JobName, content, helpers),
          ]),
        ),
        preset: {
          plugins: [
            {
              name: 'worker-locks',
              version: '1.0.0',
              worker: { hooks: { startWorker: (_info, { worker }) => this.locks.hold(worker.workerId) } },
            },
          ],
        },
      })
      // Told to stop in between: stop() has not seen the runner.
      if (this.signal.aborted) await this.runner.stop()
      else this.patrolAgain()
    } catch (error) {
      if (this.signal.aborted) return
      logger.warn({ err: error }, 'jobs: start failed, will try again')
      this.timer = setTimeout(() => void this.start(), retryStartMs)
    }
  }

  /** Ends what runs: a job that could not finish is back in the queue, as if it had not been begun. */
  async stop(): Promise<void> {
    this.stopped.abort()
    clearTimeout(this.timer)
    const ended = await Promise.race([
      this.runner?.stop().then(() => true),
      new Promise<false>((resolve) => setTimeout(() => resolve(false), stopWithinMs).unref()),
    ])
    if (ended === false) logger.warn('jobs: a job did not end in time; the next start takes it up')
    for (const job of this.handedBack) {
      await this.db.jobs.query(
        'SELECT graphile_worker.reschedule_jobs(ARRAY[$1::bigint], run_at := now(), attempts := $2::int)',
        [job.id, job.attempts - 1],
      )
    }
    await this.locks.release()
  }

  private async work<Name extends JobName>(name: Name, content: unknown, { job }: JobHelpers): Promise<void> {
    try {
      const { ctx, payload } = await this.open(name, content)
      await this.tasks[name].run(ctx, payload)
    } catch (error) {
      if (this.signal.aborted) this.handedBack.push(job)
      throw error
    }
  }

  private async open<Name extends JobName>(
    name: Name,
    content: unknown,
  ): Promise<{ ctx: Context; payload: JobPayloads[Name] }> {
    const { payload, ...rest } = envelope.parse(content)
    const ctx = await jobContext(this.db, { ...rest, task: name, now: new Date(), signal: this.signal })
    // addJob is the only one to write it, and checks its type there.
    return { ctx, payload: payload as unknown as JobPayloads[Name] }
  }

  private patrolAgain(): void {
    if (this.signal.aborted) return
    this.timer = setTimeout(() => {
      void this.patrol()
        .catch((error: unknown) => logger.warn({ err: error }, 'jobs: patrol failed, will try again'))
        .finally(() => this.patrolAgain())
    }, patrolMs)
  }

  private async patrol(): Promise<void> {
    await this.locks.freeDead()
    await this.giveUpExhausted()
  }

  /** Jobs without an attempt left, whether the last one failed or its server was killed. */
  private async giveUpExhausted(): Promise<void> {
    const { rows } = await this.db.jobs.query<{ id: string; name: JobName; payload: unknown }>(
      `SELECT j.id, t.identifier AS name, j.payload
         FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
        WHERE j.attempts >= j.max_attempts AND j.locked_at IS NULL AND t.identifier = ANY ($1)`,
      [Object.keys(this.tasks)],
    )
    for (const { id, name, payload } of rows) await this.giveUp(id, name, payload)
  }

  private async giveUp<Name extends JobName>(id: string, name: Name, content: unknown): Promise<void> {
    logger.error({ jobId: id, job: name }, 'jobs: no attempt left')
    const { ctx, payload } = await this.open(name, content)
    await this.tasks[name].giveUp(ctx, payload)
    await this.db.jobs.query('SELECT graphile_worker.complete_jobs(ARRAY[$1::bigint])', [id])
  }
}

/** graphile-worker tells every start and success; of those only a person looking for something wants to know. */
const quietLogger = new Logger(() => (level, message) => {
  if (level === 'error' || level === 'warning') logger.warn(`jobs: ${message}`)
  else logger.debug(`jobs: ${message}`)
})
