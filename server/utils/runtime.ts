import { createDatabase, type Database } from './db'
import { env } from './env'
import { LiveHub } from './live'

/** What a running server holds once: made at the first use, closed by plugins/shutdown. */
export interface Runtime {
  db: Database
  live: LiveHub
  /** Aborts, for the reason SHUTTING_DOWN, when the server is told to stop: long work hands back what it was doing. */
  stopping: AbortController
  /** What readiness waits for, beyond the database. */
  ready: { demo: boolean; step: string }
}

let runtime: Runtime | undefined

export function useRuntime(): Runtime {
  runtime ??= {
    db: createDatabase({
      appUrl: env().DATABASE_APP_URL,
      jobsUrl: env().DATABASE_JOBS_URL,
      poolSize: env().DATABASE_POOL_SIZE,
    }),
    live: new LiveHub(),
    stopping: new AbortController(),
    ready: { demo: !env().DEMO, step: 'starting' },
  }
  return runtime
}
