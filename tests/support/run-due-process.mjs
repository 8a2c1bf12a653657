import { fileURLToPath } from 'node:url'
import { createJiti } from 'jiti'

/** Runs the monthly reset in a process of its own, which a test can kill: node run-due-process.mjs <now>. */
const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const jiti = createJiti(import.meta.url, { alias: { '#shared': here('../../shared') } })
const { createDatabase } = await jiti.import(here('../../server/utils/db.ts'))
const { runDue } = await jiti.import(here('../../server/domains/credits/run-due.ts'))

const { DATABASE_APP_URL, DATABASE_JOBS_URL } = process.env
const db = createDatabase({ appUrl: DATABASE_APP_URL, jobsUrl: DATABASE_JOBS_URL, poolSize: 2 })
await runDue(db, new Date(process.argv[2]))
await db.close()
