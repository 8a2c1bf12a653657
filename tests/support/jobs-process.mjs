import { fileURLToPath } from 'node:url'
import { createJiti } from 'jiti'

/** Works off the queue as a server does, in a process of its own, which a test can kill. */
const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const jiti = createJiti(import.meta.url, { alias: { '#shared': here('../../shared') } })
const { createDatabase } = await jiti.import(here('../../server/utils/db.ts'))
const { JobRunner } = await jiti.import(here('../../server/utils/jobs.ts'))
const { jobTasks } = await jiti.import(here('../../server/utils/job-tasks.ts'))

const { DATABASE_APP_URL, DATABASE_JOBS_URL } = process.env
const db = createDatabase({ appUrl: DATABASE_APP_URL, jobsUrl: DATABASE_JOBS_URL, poolSize: 2 })
await new JobRunner(db, jobTasks, new AbortController().signal).start()
