import { randomUUID } from 'node:crypto'
import { LLMock } from '@copilotkit/aimock'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ChatbotData } from '#shared/schemas/ai'
import { endDeadRuns } from '../../../server/domains/ai/end-dead-runs'
import { rightBooks } from '../../support/books'
import { signIn } from '../../support/client'
import { testDatabase, type TestDatabase } from '../../support/database'
import { startServer, type TestServer } from '../../support/server'
import { until } from '../../support/until'
import { answerOf, eventsOf, execute, executionsOf, hotelWithKnowledge, question, refusalOf } from './run'

/** OpenAI's chat completions on loopback, and a server of ours that is pointed at it. */
let db: TestDatabase
let server: TestServer
const openAi = new LLMock({ port: 0 })
beforeAll(async () => {
  db = testDatabase()
  await openAi.start()
  server = await startServer({
    env: { OPENAI_API_KEY: 'tests', OPENAI_BASE_URL: `${openAi.url}/v1`, AI_TIMEOUT_MS: '4000' },
  })
}, 300_000)
afterEach(() => {
  openAi.reset()
})
afterAll(async () => {
  await server.stop()
  await openAi.stop()
  await db.close()
})

const answers = (
  content: string,
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number },
) => ({ content, usage })

describe('an answer of the provider', () => {
  it('is charged by the tokens it took, and its cost kept', async () => {
    openAi.onMessage(
      /朝食/,
      answers('7時からです。', { prompt_tokens: 900, completion_tokens: 200, total_tokens: 1100 }),
    )
    const { hotel, client } = await hotelWithKnowledge(db, server.url)
    const answer = await answerOf(await execute(client, question()))
    expect(answer.result).toMatchObject({ output: '7時からです。', additionalData: { offline: false, stopped: false } })
    expect((answer.result.additionalData as ChatbotData).sources[0]?.title).toBe('朝食の時間と会場')
    expect(answer.credits.creditsUsed).toBe(3)
    // gpt-4o-mini: 22.5 yen in, 90 yen out, for a million tokens
    expect((await executionsOf(db, hotel))[0]).toMatchObject({
      tokens_in: 900,
      tokens_out: 200,
      provider_cost_yen: '0.0383',
    })
    await rightBooks(db, hotel.tenant.id)
  })

  it('costs more from a larger model, never above the maximum', async () => {
    openAi.onMessage(
      /朝食/,
      answers('長い回答', { prompt_tokens: 90_000, completion_tokens: 9000, total_tokens: 99_000 }),
    )
    const { client } = await hotelWithKnowledge(db, server.url)
    const body = question('朝食は?', { model: 'gpt-4o' })
    const estimate = (await (await client('/api/v1/ai/estimate', { json: body })).json()) as {
      estimate: number
      maximum: number
    }
    expect(estimate.estimate).toBeGreaterThanOrEqual(4)
    const { credits } = await answerOf(await execute(client, body))
    expect(credits.creditsUsed).toBe(estimate.maximum)
  })

  it('gets the sections and the question, but no address or number of a guest, and puts them back', async () => {
    openAi.onMessage(/MAIL-1/, answers('[[MAIL-1]] へお送りします。'))
    const { client } = await hotelWithKnowledge(db, server.url)
    const answer = await answerOf(
      await execute(client, question('朝食の案内を taro@example.jp (03-1234-5678) に送る文を書いて')),
    )
    expect(answer.result.output).toBe('taro@example.jp へお送りします。')
    const sent = JSON.stringify(openAi.getRequests().at(-1)?.body)
    expect(sent).toContain('<section>')
    expect(sent).not.toMatch(/taro@example|1234-5678/)
  })
})

describe('a fault of the provider', () => {
  const faults: [what: string, arrange: () => void, status: number, error: string, charged: number][] = [
    [
      '429 with Retry-After',
      () =>
        openAi.onMessage(/朝食/, {
          error: { message: 'slow down', type: 'rate_limit_error', code: 'rate_limit_exceeded' },
          status: 429,
          retryAfter: 1,
        }),
      503,
      'AI_PROVIDER_BUSY',
      1,
    ],
    [
      '429 that asks for an hour',
      () =>
        openAi.onMessage(/朝食/, {
          error: { message: 'slow down', code: 'rate_limit_exceeded' },
          status: 429,
          retryAfter: 3600,
        }),
      503,
      'AI_PROVIDER_BUSY',
      1,
    ],
    [
      'quota used up',
      () =>
        openAi.onMessage(/朝食/, {
          error: { message: 'quota', type: 'insufficient_quota', code: 'insufficient_quota' },
          status: 429,
        }),
      502,
      'AI_PROVIDER_UNAVAILABLE',
      0,
    ],
    [
      '500',
      () => openAi.onMessage(/朝食/, { error: { message: 'oops', type: 'server_error' }, status: 500 }),
      502,
      'AI_PROVIDER_UNAVAILABLE',
      0,
    ],
    [
      '401',
      () => openAi.onMessage(/朝食/, { error: { message: 'key', type: 'invalid_request_error' }, status: 401 }),
      502,
      'AI_PROVIDER_UNAVAILABLE',
      0,
    ],
    [
      'cut in the middle',
      () =>
        openAi.onMessage(/朝食/, answers('これは途中で切れてしまう回答です。'.repeat(20)), {
          truncateAfterChunks: 4,
          chunkSize: 5,
        }),
      502,
      'AI_PROVIDER_UNAVAILABLE',
      0,
    ],
    [
      'no connection',
      () => openAi.onMessage(/朝食/, answers('x'), { chaos: { disconnectRate: 1 } }),
      502,
      'AI_PROVIDER_UNAVAILABLE',
      0,
    ],
    [
      'too slow',
      () => openAi.onMessage(/朝食/, answers('x'), { chaos: { latencyMs: 6000 } }),
      502,
      'AI_PROVIDER_UNAVAILABLE',
      0,
    ],
    ['an empty answer', () => openAi.onMessage(/朝食/, answers('   ')), 502, 'AI_EMPTY_ANSWER', 0],
    [
      'wrong JSON',
      () => openAi.onMessage(/朝食/, answers('x'), { chaos: { malformedRate: 1 } }),
      502,
      'AI_EMPTY_ANSWER',
      0,
    ],
  ]

  it.each(faults)('%s', async (_what, arrange, status, error, charged) => {
    arrange()
    const { hotel, client } = await hotelWithKnowledge(db, server.url)
    const key = randomUUID()
    expect(await refusalOf(await execute(client, question(), { key }))).toMatchObject({
      status,
      error,
      details: { creditsCharged: charged },
    })
    // What was charged is charged once for its key.
    if (charged) expect(await refusalOf(await execute(client, question(), { key }))).toMatchObject({ status, error })
    const books = await rightBooks(db, hotel.tenant.id)
    expect(books.account).toMatchObject({ total_used_credits: charged, held_credits: 0 })
    expect(
      (await executionsOf(db, hotel)).map(({ status: ended, error_code, credits_charged }) => [
        ended,
        error_code,
        credits_charged,
      ]),
    ).toEqual([['FAILED', error, charged]])
  })

  it('after a stream has begun comes as an event with the same body', async () => {
    openAi.onMessage(/朝食/, answers('途中まで'.repeat(30)), { truncateAfterChunks: 4, chunkSize: 5 })
    const { hotel, client } = await hotelWithKnowledge(db, server.url)
    const events = await eventsOf(await execute(client, question(), { stream: true }))
    expect(events.at(-1)).toMatchObject({
      name: 'error',
      data: { error: 'AI_PROVIDER_UNAVAILABLE', message: expect.stringContaining('消費されていません') },
    })
    expect((await rightBooks(db, hotel.tenant.id)).account.total_used_credits).toBe(0)
  })

  it('that passes is retried without the person noticing', async () => {
    openAi.onMessage(/朝食/, answers('7時からです。'))
    openAi.nextRequestError(500, { message: 'once' })
    const { client } = await hotelWithKnowledge(db, server.url)
    expect((await answerOf(await execute(client, question()))).result.output).toBe('7時からです。')
  })
})

/** Some fifty pieces over three seconds: enough to stop in the middle of. */
const slowly = () =>
  openAi.onMessage(/朝食/, answers('ゆっくりとお答えします。'.repeat(20)), { latency: 60, chunkSize: 5 })
const isThirdDelta = () => {
  let deltas = 0
  return ({ name }: { name: string }) => name === 'delta' && ++deltas === 3
}

describe('a stream that is stopped', () => {
  it('by the person charges what was produced, and keeps it', async () => {
    slowly()
    const { hotel, client } = await hotelWithKnowledge(db, server.url)
    const stop = new AbortController()
    const response = await execute(client, question(), { stream: true, signal: stop.signal })
    await eventsOf(response, isThirdDelta())
    stop.abort()
    const [run] = await until('the run to end', async () => {
      const runs = await executionsOf(db, hotel)
      return runs[0]?.status !== 'RUNNING' && runs
    })
    expect(run).toMatchObject({
      status: 'STOPPED',
      credits_charged: 2,
      result: { result: { additionalData: { stopped: true } } },
    })
    expect(run?.result?.result.output).toMatch(/^ゆっくりと/)
    expect((await rightBooks(db, hotel.tenant.id)).account).toMatchObject({ total_used_credits: 2, held_credits: 0 })
  })

  it('before its first word charges nothing', async () => {
    openAi.onMessage(/朝食/, answers('x'), { chaos: { latencyMs: 3000 } })
    const { hotel, client } = await hotelWithKnowledge(db, server.url)
    const stop = new AbortController()
    await eventsOf(
      await execute(client, question(), { stream: true, signal: stop.signal }),
      ({ name }) => name === 'sources',
    )
    stop.abort()
    await until('the run to end', async () => (await executionsOf(db, hotel))[0]?.status === 'STOPPED')
    expect((await rightBooks(db, hotel.tenant.id)).account).toMatchObject({ total_used_credits: 0, held_credits: 0 })
  })
})

describe('a server that', () => {
  const start = () =>
    startServer({ env: { OPENAI_API_KEY: 'tests', OPENAI_BASE_URL: `${openAi.url}/v1`, AI_TIMEOUT_MS: '20000' } })

  it('is told to stop charges nothing, says so to who reads along, and keeps nothing of the key', async () => {
    slowly()
    const other = await start()
    const { hotel, client } = await hotelWithKnowledge(db, other.url)
    const key = randomUUID()
    const response = await execute(client, question(), { stream: true, key })
    let stopped: Promise<void> | undefined
    const third = isThirdDelta()
    const events = await eventsOf(response, (event) => {
      if (third(event)) stopped = other.stop()
      return false
    })
    await stopped
    expect(events.at(-1)).toMatchObject({
      name: 'error',
      data: { error: 'SHUTTING_DOWN', details: { creditsCharged: 0 } },
    })
    expect((await executionsOf(db, hotel))[0]).toMatchObject({
      status: 'FAILED',
      error_code: 'SHUTTING_DOWN',
      credits_charged: 0,
    })
    expect((await rightBooks(db, hotel.tenant.id)).account).toMatchObject({ total_used_credits: 0, held_credits: 0 })

    // After the restart the browser asks again with the same key.
    openAi.reset()
    openAi.onMessage(/朝食/, answers('7時からです。'))
    const again = await signIn(server.url, hotel.people.MANAGER.email)
    expect((await answerOf(await execute(again, question(), { key }))).result.output).toBe('7時からです。')
  })

  it('is killed in the middle loses no credits, and the run is shown as interrupted', async () => {
    slowly()
    const victim = await start()
    const { hotel, client } = await hotelWithKnowledge(db, victim.url)
    const response = await execute(client, question(), { stream: true })
    let killed: Promise<void> | undefined
    const third = isThirdDelta()
    await eventsOf(response, (event) => {
      if (third(event)) killed = victim.kill9()
      return false
    }).catch(() => [])
    await killed
    expect((await rightBooks(db, hotel.tenant.id)).account.held_credits).toBeGreaterThan(0)

    // Half a minute later, as the page of another server shows it before any task has come by.
    await db.owner.query(`UPDATE ai_executions SET lease_until = now() - interval '1 second' WHERE tenant_id = $1`, [
      hotel.tenant.id,
    ])
    const again = await signIn(server.url, hotel.people.MANAGER.email)
    const shown = (await (await again('/api/v1/ai/executions')).json()) as { executions: object[] }
    expect(shown.executions[0]).toMatchObject({ status: 'FAILED', errorCode: 'INTERRUPTED', creditsCharged: 0 })

    await endDeadRuns(db, new Date())
    const books = await rightBooks(db, hotel.tenant.id)
    expect(books.account).toMatchObject({ total_used_credits: 0, held_credits: 0 })
    expect((await executionsOf(db, hotel))[0]).toMatchObject({ status: 'FAILED', error_code: 'INTERRUPTED' })
  })
})
