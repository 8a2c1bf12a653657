import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { estimateResponse, executionDetail, executionsResponse, type ChatbotData } from '#shared/schemas/ai'
import { rightBooks } from '../../support/books'
import { signIn } from '../../support/client'
import { testDatabase, type TestDatabase } from '../../support/database'
import { makeHotel } from '../../support/hotel'
import { runningServer, type TestServer } from '../../support/server'
import { until } from '../../support/until'
import { answerOf, eventsOf, execute, executionsOf, hotelWithKnowledge, leaveCredits, question, refusalOf } from './run'

let db: TestDatabase
let server: TestServer
beforeAll(async () => {
  db = testDatabase()
  server = await runningServer()
}, 300_000)
afterAll(async () => {
  await server.stop()
  await db.close()
})

describe('the chatbot', () => {
  it('answers from the knowledge base, with its sources, for two credits', async () => {
    const { hotel, client } = await hotelWithKnowledge(db, server.url)
    const answer = await answerOf(await execute(client, question()))

    expect(answer.result.output).toContain('7時から10時まで')
    const data = answer.result.additionalData as ChatbotData
    expect(data).toMatchObject({
      offline: true,
      stopped: false,
      sources: [{ title: '朝食の時間と会場', category: 'FAQ' }],
    })
    expect(answer.credits).toMatchObject({ creditsUsed: 2, costPerCredit: 0, totalCost: 0 })
    expect(answer.billing.billableUnits).toBe(2)

    const books = await rightBooks(db, hotel.tenant.id)
    expect(books.account).toMatchObject({ current_balance: answer.credits.remainingBalance, held_credits: 0 })
    expect(books.entries.at(-1)?.id).toBe(answer.billing.transactionId)
    expect((await executionsOf(db, hotel))[0]).toMatchObject({
      status: 'COMPLETED',
      credits_charged: 2,
      transaction_id: answer.billing.transactionId,
    })
  })

  it('streams the same answer in small pieces and ends with the same object', async () => {
    const { client } = await hotelWithKnowledge(db, server.url)
    const response = await execute(client, question(), { stream: true })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    const events = await eventsOf(response)

    const names = events.map(({ name }) => name)
    expect(names.slice(0, 3)).toEqual(['start', 'sources', 'delta'])
    expect(names.at(-1)).toBe('result')
    const written = events.flatMap(({ name, data }) => (name === 'delta' ? [(data as { text: string }).text] : []))
    expect(written.length).toBeGreaterThan(5)
    expect(events.at(-1)?.data).toMatchObject({ result: { output: written.join('') }, credits: { creditsUsed: 2 } })
  })

  it('says that it does not know, in the language of the question, and charges nothing', async () => {
    const { hotel, client } = await hotelWithKnowledge(db, server.url)
    const japanese = await answerOf(await execute(client, question('ヘリポートはありますか')))
    expect(japanese.result.output).toContain('見つかりませんでした')
    expect((japanese.result.additionalData as ChatbotData).sources).toEqual([])
    const english = await answerOf(await execute(client, question('What is the capital of France?')))
    expect(english.result.output).toContain('no answer to this question')
    expect(english).toMatchObject({
      credits: { creditsUsed: 0, remainingBalance: japanese.credits.remainingBalance },
      billing: { transactionId: null, billableUnits: 0, notice: expect.stringContaining('答えが見つからなかった') },
    })
    const books = await rightBooks(db, hotel.tenant.id)
    expect(books.holds.map(({ status }) => status)).toEqual(['RELEASED', 'RELEASED'])
    expect(books.entries.filter(({ transaction_type }) => transaction_type === 'USAGE')).toEqual([])
  })

  it('refuses where the knowledge base is empty, and reserves nothing', async () => {
    const hotel = await makeHotel(db, { plan: 'ESSENTIAL' })
    const client = await signIn(server.url, hotel.people.STAFF.email)
    const refusal = await refusalOf(await execute(client, question()))
    expect(refusal).toMatchObject({ status: 422, error: 'KNOWLEDGE_EMPTY' })
    expect((await rightBooks(db, hotel.tenant.id)).holds).toEqual([])
    expect(await executionsOf(db, hotel)).toEqual([])
  })
})

describe('an idempotency key', () => {
  it('charges once for twenty requests at once, and gives all the one answer', async () => {
    const { hotel, client } = await hotelWithKnowledge(db, server.url)
    const key = randomUUID()
    const requests = Array.from({ length: 20 }, (_, index) =>
      execute(client, question(), { key, stream: index % 4 === 3 }),
    )
    const answers = await Promise.all(
      (await Promise.all(requests)).map(async (response) =>
        response.headers.get('content-type')?.includes('event-stream')
          ? (await eventsOf(response)).at(-1)?.data
          : response.json(),
      ),
    )
    for (const answer of answers) expect(answer).toEqual(answers[0])
    const books = await rightBooks(db, hotel.tenant.id)
    expect(books.holds).toHaveLength(1)
    expect(await executionsOf(db, hotel)).toHaveLength(1)
  })

  it('charges once, and answers alike, also when the first was taken for dead while it ran', async () => {
    const { hotel, client } = await hotelWithKnowledge(db, server.url)
    const key = randomUUID()
    const claims = async () =>
      (await db.owner.query<{ claim: string }>('SELECT claim FROM idempotency_keys WHERE key = $1', [key])).rows
    // Both stand before the hotel's account until it is let go.
    const holder = await db.owner.connect()
    await holder.query('BEGIN')
    await holder.query('SELECT FROM ai_credit_accounts WHERE id = $1 FOR UPDATE', [hotel.accountId])
    const first = execute(client, question(), { key })
    const [claim] = await until('the first claim', async () => (await claims()).length > 0 && claims())
    await db.owner.query(`UPDATE idempotency_keys SET lease_until = now() - interval '1 second' WHERE key = $1`, [key])
    const second = execute(client, question(), { key })
    await until('the second claim', async () => (await claims())[0]?.claim !== claim?.claim)
    await holder.query('COMMIT')
    holder.release()

    const answer = await answerOf(await first)
    expect(await answerOf(await second)).toEqual(answer)
    const books = await rightBooks(db, hotel.tenant.id)
    expect(books.entries.filter((entry) => entry.transaction_type === 'USAGE')).toHaveLength(1)
    expect(books.account.held_credits).toBe(0)
    expect((await executionsOf(db, hotel)).map(({ status }) => status).sort()).toEqual(['COMPLETED', 'FAILED'])
  })

  it('is refused with another body, and needed', async () => {
    const { client } = await hotelWithKnowledge(db, server.url)
    const key = randomUUID()
    await answerOf(await execute(client, question(), { key }))
    expect(await refusalOf(await execute(client, question('駐車場は?'), { key }))).toMatchObject({
      status: 409,
      error: 'IDEMPOTENCY_CONFLICT',
    })
    expect(await refusalOf(await client('/api/v1/ai/execute', { json: question() }))).toMatchObject({
      status: 400,
      error: 'IDEMPOTENCY_KEY_REQUIRED',
    })
  })

  it('keeps no refusal: the same request runs once there are credits', async () => {
    const { hotel, client } = await hotelWithKnowledge(db, server.url)
    await leaveCredits(db, hotel, 1)
    const key = randomUUID()
    expect((await refusalOf(await execute(client, question(), { key }))).error).toBe('INSUFFICIENT_CREDITS')
    const { rows } = await db.owner.query('SELECT 1 FROM idempotency_keys WHERE tenant_id = $1', [hotel.tenant.id])
    expect(rows).toEqual([])
  })
})

describe('a run that we could not begin', () => {
  it('holds nothing and does not count for the hour', async () => {
    const { hotel, client } = await hotelWithKnowledge(db, server.url)
    const name = `refuse_${hotel.tenant.id.replaceAll('-', '')}`
    await db.owner.query(
      `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
       CREATE TRIGGER ${name} BEFORE INSERT ON ai_executions FOR EACH ROW
         WHEN (NEW.tenant_id = '${hotel.tenant.id}') EXECUTE FUNCTION ${name}()`,
    )
    try {
      expect((await refusalOf(await execute(client, question()))).error).toBe('INTERNAL_ERROR')
    } finally {
      await db.owner.query(`DROP FUNCTION ${name}() CASCADE`)
    }
    expect((await rightBooks(db, hotel.tenant.id)).account).toMatchObject({ held_credits: 0, total_used_credits: 0 })
    const { rows } = await db.owner.query('SELECT points FROM rate_limits WHERE key LIKE $1', [
      `%chatbot ${hotel.people.MANAGER.id}`,
    ])
    expect(rows).toEqual([{ points: 0 }])
  })
})

describe('credits', () => {
  it('that are short refuse with what is needed and what there is, and leave nothing', async () => {
    const { hotel, client } = await hotelWithKnowledge(db, server.url)
    await leaveCredits(db, hotel, 1)
    const refusal = await refusalOf(await execute(client, question()))
    expect(refusal).toMatchObject({
      status: 402,
      error: 'INSUFFICIENT_CREDITS',
      details: { needed: 2, available: 1, missing: 1 },
    })
    expect(await executionsOf(db, hotel)).toEqual([])
    await rightBooks(db, hotel.tenant.id)
  })

  it('for five let exactly five of thirty run at once', async () => {
    const { hotel, client } = await hotelWithKnowledge(db, server.url)
    await leaveCredits(db, hotel, 11)
    const statuses = (await Promise.all(Array.from({ length: 30 }, () => execute(client, question())))).map(
      ({ status }) => status,
    )
    expect(statuses.filter((status) => status === 200)).toHaveLength(5)
    expect(statuses.filter((status) => status === 402)).toHaveLength(25)
    const { account } = await rightBooks(db, hotel.tenant.id)
    expect(account).toMatchObject({ current_balance: 1, held_credits: 0 })
  })
})

describe('refusals', () => {
  it('names the plan that has the function, before anything else', async () => {
    const hotel = await makeHotel(db, { plan: 'ESSENTIAL' })
    const client = await signIn(server.url, hotel.people.OWNER.email)
    const prediction = { functionType: 'prediction', parameters: { input: 'x', customOptions: { metric: 'nonsense' } } }
    expect(await refusalOf(await execute(client, prediction))).toMatchObject({
      status: 402,
      error: 'PLAN_FEATURE_REQUIRED',
      message: 'この機能はプロフェッショナルプランからご利用いただけます。現在のプランはエッセンシャルです。',
      details: { plan: 'PROFESSIONAL' },
    })
    expect(await refusalOf(await execute(client, { ...prediction, functionType: 'custom' }))).toMatchObject({
      status: 402,
      details: { plan: 'ENTERPRISE' },
    })
  })

  it('says of a function that is in the plan that it is not there yet', async () => {
    const { client } = await hotelWithKnowledge(db, server.url)
    for (const functionType of ['recommendation', 'analysis']) {
      expect(await refusalOf(await execute(client, { ...question(), functionType }))).toMatchObject({
        status: 422,
        error: 'FUNCTION_NOT_AVAILABLE',
      })
    }
  })

  it.each([
    ['an unknown function', { functionType: 'oracle', parameters: { input: 'x' } }],
    ['no function', { parameters: { input: 'x' } }],
    ['an empty input', question('   ')],
    ['an input over the limit', question('あ'.repeat(8001))],
    ['an input that is no text', { functionType: 'chatbot', parameters: { input: 5 } }],
    ['a temperature above 2', question('x', { temperature: 2.1 })],
    ['a negative temperature', question('x', { temperature: -0.1 })],
    ['no tokens', question('x', { maxTokens: 0 })],
    ['too many tokens', question('x', { maxTokens: 4001 })],
    ['half a token', question('x', { maxTokens: 1.5 })],
    ['an unknown model', question('x', { model: 'gpt-none' })],
    ['options that are no object', question('x', { customOptions: 'x' })],
    ['nothing', null],
  ])('of %s are clear', async (_what, body) => {
    const { hotel, client } = await hotelWithKnowledge(db, server.url)
    for (const path of ['/api/v1/ai/execute', '/api/v1/ai/estimate']) {
      const response = await client(path, { json: body, headers: { 'idempotency-key': randomUUID() } })
      const refusal = await refusalOf(response)
      expect(refusal).toMatchObject({ status: 400, error: 'INVALID_INPUT' })
      expect(refusal.details.issues).not.toEqual([])
    }
    expect(await executionsOf(db, hotel)).toEqual([])
  })

  it('runs nobody past the limit of the hour, and says when it goes on', async () => {
    const { hotel, client } = await hotelWithKnowledge(db, server.url)
    const responses = await Promise.all(Array.from({ length: 104 }, () => execute(client, question())))
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(100)
    const refused = responses.find(({ status }) => status === 429)
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(3000)
    expect(await refused?.json()).toMatchObject({ error: 'RATE_LIMIT_EXCEEDED', retryAfter: expect.any(Number) })
    expect((await rightBooks(db, hotel.tenant.id)).account.total_used_credits).toBe(200)
    // Another person of the same hotel has an hour of their own.
    const colleague = await signIn(server.url, hotel.people.STAFF.email)
    await answerOf(await execute(colleague, question()))
  })
})

it('takes the person from the session, and metadata.userId for a label', async () => {
  const { hotel, client } = await hotelWithKnowledge(db, server.url)
  await answerOf(await execute(client, { ...question(), metadata: { userId: hotel.people.OWNER.id, tags: ['x'] } }))
  const { executions } = executionsResponse.parse(await (await client('/api/v1/ai/executions')).json())
  expect(executions[0]?.user.id).toBe(hotel.people.MANAGER.id)
})

it('estimates what is then charged, and never charges above the maximum', async () => {
  const { client } = await hotelWithKnowledge(db, server.url)
  for (const body of [question(), question('朝食は何時ですか。'.repeat(311), { maxTokens: 4000 })]) {
    const estimate = estimateResponse.parse(await (await client('/api/v1/ai/estimate', { json: body })).json())
    const { credits } = await answerOf(await execute(client, body))
    expect(credits.creditsUsed).toBeLessThanOrEqual(estimate.maximum)
    expect(credits.creditsUsed).toBe(estimate.estimate)
    expect(estimate.reasons.length).toBeGreaterThan(1)
  }
})

describe('the list of runs', () => {
  it('pages without a gap, filters, and gives each result again as execute gave it', async () => {
    const { client } = await hotelWithKnowledge(db, server.url)
    const answers = []
    for (let run = 0; run < 3; run += 1) answers.push(await answerOf(await execute(client, question())))
    const first = executionsResponse.parse(await (await client('/api/v1/ai/executions?limit=2')).json())
    const second = executionsResponse.parse(
      await (await client(`/api/v1/ai/executions?limit=2&cursor=${first.nextCursor}`)).json(),
    )
    const ids = [...first.executions, ...second.executions].map(({ id }) => id)
    expect(ids).toEqual(answers.map(({ execution }) => execution.executionId).reverse())
    expect(second.nextCursor).toBeNull()
    const none = await (await client('/api/v1/ai/executions?functionType=prediction')).json()
    expect(none).toEqual({ executions: [], nextCursor: null })
    const detail = executionDetail.parse(await (await client(`/api/v1/ai/executions/${ids[2]}`)).json())
    expect(detail.result).toEqual(answers[0])
  })

  it.each([
    { at: '+275760-09-13T00:00:00.000Z', id: randomUUID() },
    { at: '-000001-01-01T00:00:00.000Z', id: randomUUID() },
    { at: 9e15, id: randomUUID() },
    { at: -1, id: randomUUID() },
    { at: 1, id: 'x' },
    null,
  ])('refuses the cursor %j', async (position) => {
    const { client } = await hotelWithKnowledge(db, server.url)
    const cursor = Buffer.from(JSON.stringify(position)).toString('base64url')
    expect(await refusalOf(await client(`/api/v1/ai/executions?cursor=${cursor}`))).toMatchObject({
      status: 400,
      error: 'INVALID_INPUT',
    })
  })

  it('shows another hotel neither runs nor passages', async () => {
    const [ours, theirs] = [await hotelWithKnowledge(db, server.url), await hotelWithKnowledge(db, server.url)]
    const { execution, result } = await answerOf(await execute(ours.client, question()))
    const [source] = (result.additionalData as ChatbotData).sources
    expect((await ours.client(`/api/v1/ai/knowledge/${source?.sectionId}`)).status).toBe(200)
    for (const path of [`executions/${execution.executionId}`, `knowledge/${source?.sectionId}`]) {
      expect(await refusalOf(await theirs.client(`/api/v1/ai/${path}`))).toMatchObject({
        status: 404,
        error: 'NOT_FOUND',
      })
    }
  })
})
