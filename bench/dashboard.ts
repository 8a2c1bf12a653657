/**
 * npm run bench:dashboard
 *
 * GET /api/v1/credits/balance, 95th percentile, with 100 people of 100 hotels asking at once, each as soon as the last
 * answer has come, over connections that stay open: of the built server with 10 million ledger rows, beside the same
 * with 100 thousand. Rounds are interleaved, medians compared.
 */
import autocannon from 'autocannon'
import pg from 'pg'
import { buildServer } from '../scripts/lib/build.mjs'
import { freeLoopbackPort } from '../scripts/lib/ports.mjs'
import { startServer } from '../scripts/lib/server.mjs'
import { createDatabase } from '../server/utils/db'
import { signIn } from '../tests/support/client'
import { makeHotel } from '../tests/support/hotel'
import { benchDatabase } from './lib/database.mjs'
import { fillLedger } from './lib/ledger'
import { conclude, median, percentile, rounded } from './lib/figures.mjs'

const people = 100
const rounds = 5
const roundSeconds = 6
const goalMs = 50
const goalRatio = 1.2

await buildServer()
const small = await serve('dashboard-100k', 100_000)
const large = await serve('dashboard-10m', 10_000_000)
const times = { small: [] as number[], large: [] as number[] }
try {
  for (const one of [small, large]) await measure(one, 3)
  for (let round = 0; round < rounds; round++) {
    const sides = [
      async () => void times.small.push(await measure(small)),
      async () => void times.large.push(await measure(large)),
    ]
    for (const side of round % 2 ? sides.reverse() : sides) await side()
  }
} finally {
  for (const one of [small, large]) await one.stop()
}
const [ours, reference] = [median(times.large), median(times.small)]
console.log(`p95: ${rounded(ours)} ms with 10,000,000 ledger rows, ${rounded(reference)} ms with 100,000`)
conclude({
  figure: `credits/balance p95, ${people} concurrent people, 10 million ledger rows`,
  ours,
  reference,
  ratio: ours / reference,
  goal: `< ${goalMs} ms, ratio <= ${goalRatio}`,
  unit: 'ms',
})
process.exit()

interface Served {
  url: string
  cookies: string[]
  stop: () => Promise<void>
}

async function serve(name: string, rows: number): Promise<Served> {
  const database = await benchDatabase(name)
  const db = createDatabase({ appUrl: database.appUrl, jobsUrl: database.jobsUrl, poolSize: 10 })
  const owner = new pg.Pool({ connectionString: database.ownerUrl, max: 1 })
  await fillLedger({ db, owner }, { hotels: people, rows, makeHotel: () => makeHotel(db, { plan: 'ENTERPRISE' }) })
  const { rows: users } = await db.global.user
    .findMany({ where: { email: { startsWith: 'manager-' } }, take: people, orderBy: { id: 'asc' } })
    .then((found) => ({ rows: found }))
  await owner.end()
  await db.close()

  const port = await freeLoopbackPort()
  if (!port) throw new Error('no free port')
  const limits = { RATE_LIMIT_GLOBAL_PER_MINUTE: '100000000', RATE_LIMIT_SIGN_IN_PER_MINUTE: '1000000' }
  const server = startServer({ database, dataDir: database.dataDir, port, env: limits })
  await server.ready()
  const cookies: string[] = []
  for (const { email } of users) cookies.push((await signIn(server.url, email)).cookie)
  return {
    url: server.url,
    cookies,
    stop: async () => {
      await server.stop()
      await database.stop({ evenIfShared: true })
    },
  }
}

/** @returns the 95th percentile in milliseconds */
function measure({ url, cookies }: Served, seconds = roundSeconds): Promise<number> {
  return new Promise((done, failed) => {
    const latencies: number[] = []
    let next = 0
    const load = autocannon(
      {
        url: `${url}/api/v1/credits/balance`,
        connections: people,
        duration: seconds,
        setupClient: (client) => client.setHeaders({ cookie: cookies[next++ % cookies.length] }),
      },
      (error, result) => {
        if (error) return failed(error)
        if (result.non2xx > 0 || result.errors > 0)
          return failed(new Error(`${result.non2xx} refusals, ${result.errors} errors`))
        console.log(
          `  ${url}: ${Math.round(result.requests.average)} requests/s, p50 ${median(latencies).toFixed(1)} ms, p95 ${percentile(latencies, 95).toFixed(1)} ms`,
        )
        done(percentile(latencies, 95))
      },
    )
    load.on('response', (_client, _status, _bytes, ms) => latencies.push(ms))
  })
}
