import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  balanceResponse,
  type AdjustmentBody,
  type BalanceResponse,
  type TransactionsResponse,
} from '#shared/schemas/credits'
import { errorResponse } from '#shared/schemas/common'
import { hotelRoles } from '#shared/schemas/identity'
import { addDays, dayOf } from '#shared/utils/calendar'
import { reserveCredits } from '../../server/domains/credits/reserve-credits'
import { settleHold } from '../../server/domains/credits/settle-hold'
import { rightBooks } from '../support/books'
import { cookieOf, signIn, visitor, type Client } from '../support/client'
import { testDatabase } from '../support/database'
import { contextFor, makeHotel, makeOperator, password, type TestHotel } from '../support/hotel'
import { runningServer, startServer, type TestServer } from '../support/server'
import { until } from '../support/until'

describe('the API', () => {
  const db = testDatabase()
  let server: TestServer
  let hotel: TestHotel
  let operator: Client
  const of = {} as Record<(typeof hotelRoles)[number], Client>
  beforeAll(async () => {
    server = await runningServer()
    hotel = await makeHotel(db)
    for (const role of hotelRoles) of[role] = await signIn(server.url, hotel.people[role].email)
    operator = await signIn(server.url, (await makeOperator(db)).email)
  })
  afterAll(async () => {
    await server.stop()
    await db.close()
  })

  const charge = async (amount: number, description?: string, at = hotel) => {
    const ctx = contextFor(db, at)
    const { holdId } = await reserveCredits(ctx, { amount, functionType: 'chatbot' })
    return settleHold(ctx, { holdId, amount, description, executionMs: 1200 })
  }
  /** A refusal: the agreed shape, and nothing of what is inside. */
  const refusal = async (answer: Response, status: number, error: string) => {
    const text = await answer.text()
    expect(answer.status, text).toBe(status)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    const body = errorResponse.strict().parse(JSON.parse(text))
    expect(body.error).toBe(error)
    expect(body.message, 'said in Japanese').toMatch(/[ぁ-ん]/)
    expect(text).not.toMatch(/\bat .*\.(m?js|ts):|SELECT |node_modules|prisma|postgres/i)
    expect(answer.headers.get('x-request-id')).toBe(body.requestId)
    return body
  }

  describe('credits/balance', () => {
    it('has exactly the agreed shape, thirty days with their zeros', async () => {
      const fresh = await makeHotel(db, { plan: 'ESSENTIAL' })
      const client = await signIn(server.url, fresh.people.STAFF.email)
      const empty = (await (await client('/api/v1/credits/balance')).json()) as BalanceResponse
      expect(balanceResponse.strict().parse(empty)).toEqual(empty)
      const today = dayOf(new Date(), 'Asia/Tokyo')
      expect(empty).toEqual({
        account: { accountId: fresh.accountId, tenantId: fresh.tenant.id, planType: 'ESSENTIAL' },
        balance: {
          currentBalance: 100,
          availableBalance: 100,
          monthlyFreeCredits: 100,
          usedThisMonth: 0,
          totalPurchased: 0,
          estimatedDaysLeft: null,
          expiring: [{ credits: 100, expiresAt: expect.stringMatching(/T15:05:00\.000Z$/) }],
        },
        autoPurchase: { enabled: false, threshold: 50, purchaseAmount: 500 },
        usage: {
          topFunctions: [],
          dailyUsage: Array.from({ length: 30 }, (_, index) => ({ date: addDays(today, index - 29), credits: 0 })),
        },
      })
      await charge(7, undefined, fresh)
      await reserveCredits(contextFor(db, fresh), { amount: 13, functionType: 'prediction' })
      const used = (await (await client('/api/v1/credits/balance')).json()) as BalanceResponse
      expect(used.balance).toMatchObject({
        currentBalance: 93,
        availableBalance: 80,
        usedThisMonth: 7,
        estimatedDaysLeft: 160,
      })
      expect(used.usage.topFunctions).toEqual([{ functionType: 'chatbot', creditsUsed: 7, percentage: 100 }])
      expect(used.usage.dailyUsage.at(-1)).toEqual({ date: dayOf(new Date(), 'Asia/Tokyo'), credits: 7 })
    })
  })

  describe('credits/transactions', () => {
    const entries = async (query: string, client = of.STAFF) =>
      (await (await client(`/api/v1/credits/transactions?${query}`)).json()) as TransactionsResponse

    it('pages through all of it, each once, in the order of its balances', async () => {
      await Promise.all(Array.from({ length: 24 }, () => charge(1)))
      const all: TransactionsResponse['transactions'] = []
      let cursor: string | null = ''
      do {
        const page: TransactionsResponse = await entries(
          `limit=7${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
        )
        all.push(...page.transactions)
        cursor = page.nextCursor
      } while (cursor)
      const { entries: ledger } = await rightBooks(db, hotel.tenant.id)
      expect(all.map((entry) => entry.id)).toEqual(ledger.map((entry) => entry.id).reverse())
      expect(all[0]?.user).toEqual({ id: hotel.people.MANAGER.id, name: hotel.people.MANAGER.name })
    })

    it('filters by type, function, person and days', async () => {
      const today = dayOf(new Date(), 'Asia/Tokyo')
      expect((await entries('type=MONTHLY_RESET')).transactions.length).toBe(1)
      expect((await entries('functionType=prediction')).transactions).toEqual([])
      expect(
        (await entries(`userId=${hotel.people.MANAGER.id}&functionType=chatbot&limit=200`)).transactions.length,
      ).toBeGreaterThanOrEqual(24)
      expect((await entries(`userId=${hotel.people.STAFF.id}`)).transactions).toEqual([])
      expect((await entries(`from=${today}&to=${today}`)).transactions.length).toBeGreaterThan(0)
      expect((await entries(`to=${addDays(today, -1)}`)).transactions).toEqual([])
      expect((await entries('from=1900-01-01&to=2199-12-31')).transactions.length).toBeGreaterThan(0)
    })

    it.each([
      'limit=0',
      'limit=201',
      'limit=x',
      'type=GIFT',
      'functionType=horoscope',
      'userId=1',
      'from=yesterday',
      'to=2026-02-30',
      'from=0001-01-01',
      'to=9999-12-31',
      'cursor=xyz',
      `cursor=${Buffer.from('{"at":"x"}').toString('base64url')}`,
    ])('refuses %s', async (query) => {
      await refusal(await of.STAFF(`/api/v1/credits/transactions?${query}`), 400, 'INVALID_INPUT')
    })

    it('comes as a file that a spreadsheet opens without running anything in it', async () => {
      await charge(1, '=HYPERLINK("http://evil.example","x"),\n"quoted"')
      const answer = await of.MANAGER('/api/v1/credits/transactions.csv')
      expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
      expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="credits-\d{4}-\d\d-\d\d\.csv"$/)
      const bytes = new Uint8Array(await answer.arrayBuffer())
      expect([...bytes.slice(0, 3)], 'byte order mark').toEqual([0xef, 0xbb, 0xbf])
      const text = new TextDecoder().decode(bytes)
      expect(text).toContain(`"'=HYPERLINK(""http://evil.example"",""x""),\n""quoted"""`)
      const { entries: ledger } = await rightBooks(db, hotel.tenant.id)
      for (const { id } of ledger) expect(text.split(id).length, id).toBe(2)
      await refusal(await of.STAFF('/api/v1/credits/transactions.csv'), 403, 'FORBIDDEN')
    })
  })

  describe('credits/adjustments', () => {
    const adjust = (
      body: Partial<Record<keyof AdjustmentBody, unknown>>,
      key: string | null = randomUUID(),
      client = operator,
    ) =>
      client('/api/v1/credits/adjustments', {
        json: { accountId: hotel.accountId, credits: 10, reason: 'a correction', ...body },
        headers: key === null ? {} : { 'idempotency-key': key },
      })

    it('changes the balance by a new entry, audited in the hotel', async () => {
      const before = (await rightBooks(db, hotel.tenant.id)).account.current_balance
      const answer = await adjust({ credits: 25 })
      expect(answer.status).toBe(201)
      expect(await answer.json()).toMatchObject({
        balance: before + 25,
        transactionId: expect.any(String),
        available: expect.any(Number),
      })
      expect((await adjust({ credits: -25 })).status).toBe(201)
      const { rows } = await db.owner.query(
        `SELECT before, after FROM system_events WHERE tenant_id = $1 AND event_type = 'credits.adjusted' ORDER BY id`,
        [hotel.tenant.id],
      )
      expect(rows).toEqual([
        { before: { balance: before }, after: { balance: before + 25, reason: 'a correction' } },
        { before: { balance: before + 25 }, after: { balance: before, reason: 'a correction' } },
      ])
      await rightBooks(db, hotel.tenant.id)
    })

    it('needs an idempotency key, a usable one', async () => {
      await refusal(await adjust({}, null), 400, 'IDEMPOTENCY_KEY_REQUIRED')
      await refusal(await adjust({}, 'x'.repeat(201)), 400, 'IDEMPOTENCY_KEY_REQUIRED')
    })

    it('happens once for twenty requests at once, and replays its answer', async () => {
      const key = randomUUID()
      const before = (await rightBooks(db, hotel.tenant.id)).account.current_balance
      const answers = await Promise.all(Array.from({ length: 20 }, () => adjust({ credits: 3 }, key)))
      expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(201))
      const bodies = await Promise.all(answers.map((answer) => answer.text()))
      expect(new Set(bodies).size).toBe(1)
      expect((await rightBooks(db, hotel.tenant.id)).account.current_balance).toBe(before + 3)
      await refusal(await adjust({ credits: 4 }, key), 409, 'IDEMPOTENCY_CONFLICT')
      expect(await (await adjust({ credits: 3 }, key)).text()).toBe(bodies[0])
    })

    it('is not kept when it was refused', async () => {
      const key = randomUUID()
      const { details } = await refusal(await adjust({ credits: -9_000_000 }, key), 402, 'INSUFFICIENT_CREDITS')
      expect(details).toMatchObject({ needed: 9_000_000, available: expect.any(Number), missing: expect.any(Number) })
      expect((await adjust({ credits: 1 }, key)).status).toBe(201)
    })

    it('after its key’s day is still done once', async () => {
      const key = randomUUID()
      const first = (await (await adjust({ credits: 2 }, key)).json()) as { transactionId: string }
      await db.owner.query(`UPDATE idempotency_keys SET expires_at = now() - interval '1 minute' WHERE key = $1`, [key])
      expect(await (await adjust({ credits: 2 }, key)).json()).toMatchObject({ transactionId: first.transactionId })
      await db.owner.query(`UPDATE idempotency_keys SET expires_at = now() - interval '1 minute' WHERE key = $1`, [key])
      await refusal(await adjust({ credits: 5 }, key), 409, 'IDEMPOTENCY_CONFLICT')
      await rightBooks(db, hotel.tenant.id)
    })

    it.each([
      { credits: 0 },
      { credits: 1.5 },
      { credits: 10_000_001 },
      { credits: -10_000_001 },
      { credits: '10' },
      { credits: null },
      { reason: '' },
      { reason: 'x'.repeat(501) },
      { reason: undefined },
      { accountId: 'x' },
      { correctsTransactionId: 'x' },
    ])('refuses %j', async (body) => {
      await refusal(await adjust(body), 400, 'INVALID_INPUT')
    })

    it('knows no account and no entry that is not there or is another account’s', async () => {
      await refusal(await adjust({ accountId: randomUUID() }), 404, 'NOT_FOUND')
      await refusal(await adjust({ correctsTransactionId: randomUUID() }), 404, 'NOT_FOUND')
      const { entries } = await rightBooks(db, (await makeHotel(db)).tenant.id)
      await refusal(await adjust({ correctsTransactionId: entries[0]?.id }), 404, 'NOT_FOUND')
    })

    it('is the operator’s alone', async () => {
      for (const role of hotelRoles) {
        const { details } = await refusal(await adjust({}, randomUUID(), of[role]), 403, 'FORBIDDEN')
        expect(details).toEqual({ requiredRole: 'SUPER_ADMIN' })
      }
    })
  })

  it('gives each role what is its own, and names the role that has the rest', async () => {
    const document = (await (await visitor(server.url)('/api/v1/openapi.json')).json()) as {
      paths: Record<string, Record<string, { 'x-least-role'?: string }>>
    }
    const order = ['STAFF', 'MANAGER', 'ADMIN', 'OWNER']
    let refused = 0
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const least = operation['x-least-role']
        if (!least || path.endsWith('/events')) continue
        const url = path.replaceAll(/\{[^}]+\}/g, randomUUID())
        await refusal(await visitor(server.url)(url, { method }), 401, 'UNAUTHENTICATED')
        const lacking =
          least === 'SUPER_ADMIN' ? hotelRoles : hotelRoles.filter((role) => order.indexOf(role) < order.indexOf(least))
        for (const client of [...lacking.map((role) => of[role]), ...(least === 'SUPER_ADMIN' ? [] : [operator])]) {
          const { details } = await refusal(await client(url, { method }), 403, 'FORBIDDEN')
          expect(details).toEqual({ requiredRole: least })
          refused++
        }
      }
    }
    expect(refused).toBeGreaterThan(10)
  })

  describe('a session', () => {
    it('gets a new id at every sign-in, and ends on the server when signed out', async () => {
      const first = await signIn(server.url, hotel.people.ADMIN.email)
      const again = await visitor(server.url, first.cookie)('/api/v1/auth/sign-in', {
        json: { email: hotel.people.ADMIN.email, password },
      })
      const second = cookieOf(again)
      expect(second).not.toBe(first.cookie)
      const { rows } = await db.owner.query('SELECT id_hash FROM sessions WHERE user_id = $1', [hotel.people.ADMIN.id])
      expect(new Set(rows.map((row) => row.id_hash)).size).toBe(rows.length)
      const client = visitor(server.url, second)
      expect((await client('/api/v1/credits/balance')).status).toBe(200)
      expect((await client('/api/v1/auth/sign-out', { json: {} })).status).toBe(200)
      await refusal(await client('/api/v1/credits/balance'), 401, 'UNAUTHENTICATED')
      expect(await (await client('/api/v1/auth/session')).json()).toEqual({ session: null })
    })

    it('has a cookie that scripts and other sites do not get', async () => {
      const answer = await visitor(server.url)('/api/v1/auth/sign-in', {
        json: { email: hotel.people.STAFF.email, password },
      })
      const [cookie] = answer.headers.getSetCookie()
      expect(cookie).toMatch(/^__Host-session=/)
      for (const part of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(part)
      expect(cookie).not.toMatch(/domain=/i)
    })

    it.each(['no-cookie', '__Host-session=forged', '__Host-session=', '__Host-session=Fe26.2**a*b*c*d*e*f*g'])(
      'is not had with %s',
      async (cookie) => {
        await refusal(await visitor(server.url, cookie)('/api/v1/credits/balance'), 401, 'UNAUTHENTICATED')
      },
    )

    it('is refused alike for a wrong password and an unknown address', async () => {
      const say = async (email: string, secret: string) => {
        const { requestId: _, ...body } = await refusal(
          await visitor(server.url)('/api/v1/auth/sign-in', { json: { email, password: secret } }),
          401,
          'SIGN_IN_FAILED',
        )
        return body
      }
      expect(await say(hotel.people.OWNER.email, 'wrong')).toEqual(await say('nobody@test.example', 'wrong'))
    })

    it('is lost with the membership', async () => {
      const other = await makeHotel(db)
      const client = await signIn(server.url, other.people.STAFF.email)
      await db.owner.query('DELETE FROM memberships WHERE user_id = $1', [other.people.STAFF.id])
      await until('the server to ask again', async () => (await client('/api/v1/credits/balance')).status !== 200)
      await refusal(await client('/api/v1/credits/balance'), 401, 'UNAUTHENTICATED')
    })
  })

  describe('a write', () => {
    const signOut = (headers: Record<string, string>) =>
      fetch(new URL('/api/v1/credits/adjustments', server.url), {
        method: 'POST',
        headers: { cookie: operator.cookie, 'content-type': 'application/json', ...headers },
        body: '{}',
      })

    it.each([
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: '' },
      {},
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
    ])('with the cookie and %j is refused', async (headers) => {
      await refusal(await signOut(headers as Record<string, string>), 403, 'CROSS_SITE_REQUEST')
    })
    it('from our own pages is not', async () => {
      await refusal(await signOut({ origin: new URL(server.url).origin }), 400, 'IDEMPOTENCY_KEY_REQUIRED')
      await refusal(await signOut({ 'sec-fetch-site': 'same-origin' }), 400, 'IDEMPOTENCY_KEY_REQUIRED')
    })
    it('that another site makes a browser send signs nobody in or out', async () => {
      for (const path of ['/api/v1/auth/sign-in', '/api/v1/auth/sign-out']) {
        await refusal(
          await of.OWNER(path, {
            json: { email: 'a@b.example', password: 'x' },
            headers: { origin: 'https://evil.example' },
          }),
          403,
          'CROSS_SITE_REQUEST',
        )
      }
      expect((await of.OWNER('/api/v1/credits/balance')).status).toBe(200)
    })
  })

  describe('what it cannot read', () => {
    const send = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
      visitor(server.url)('/api/v1/auth/sign-in', { method: 'POST', body, headers })
    it('is answered in the same shape', async () => {
      await refusal(await send('{"email":'), 400, 'INVALID_JSON')
      await refusal(await send(''), 400, 'INVALID_JSON')
      await refusal(await send('null'), 400, 'INVALID_INPUT')
      await refusal(await send('[]'), 400, 'INVALID_INPUT')
      await refusal(await send('{"__proto__":{"email":"a@b.example"}}'), 400, 'INVALID_INPUT')
      await refusal(
        await send('email=a', { 'content-type': 'application/x-www-form-urlencoded' }),
        415,
        'UNSUPPORTED_MEDIA_TYPE',
      )
      for (const type of ['text/plain', 'application/json-patch+json', 'application/json; charset=shift_jis']) {
        const { details, message } = await refusal(
          await send('{}', { 'content-type': type }),
          415,
          'UNSUPPORTED_MEDIA_TYPE',
        )
        expect(details).toEqual({ accepted: 'application/json' })
        expect(message).toContain('application/json')
      }
      await refusal(await send('{}', { 'content-type': 'Application/JSON; charset=UTF-8' }), 400, 'INVALID_INPUT')
      await refusal(
        await send(JSON.stringify({ email: 'a@b.example', password: 'x'.repeat(300_000) })),
        413,
        'FILE_TOO_LARGE',
      )
    })
    it('ends at the limit also when no length was announced', async () => {
      let sent = 0
      const endless = new ReadableStream({
        pull(controller) {
          sent += 64 * 1024
          if (sent > 32 * 1024 * 1024) controller.close()
          else controller.enqueue(new Uint8Array(64 * 1024).fill(32))
        },
      })
      const answer = await fetch(new URL('/api/v1/auth/sign-in', server.url), {
        method: 'POST',
        body: endless,
        duplex: 'half',
        headers: { 'content-type': 'application/json' },
      } as RequestInit).catch((error: Error) => error)
      // Either the refusal arrives, or the connection is closed on who keeps sending.
      if (answer instanceof Response) await refusal(answer, 413, 'FILE_TOO_LARGE')
    })
    it.each([
      '/api',
      '/api/',
      '/api?x=1',
      '/api/_auth/session',
      '/api/v1',
      '/api/v1/nothing',
      '/api/v1/credits',
      '/api/v1/credits/balance/x',
      '/api/nothing',
      '/api/v2/credits/balance',
      '/api/v1/%00',
      '/api/v1/..%2f..%2fetc%2fpasswd',
    ])('is a path to nothing: %s', async (path) => {
      await refusal(await of.OWNER(path), 404, 'NOT_FOUND')
    })
  })

  describe('a known path', () => {
    it.each([
      ['POST', '/api/v1/credits/balance', 'GET, HEAD'],
      ['GET', '/api/v1/auth/sign-in', 'POST'],
      ['OPTIONS', '/api/v1/ai/executions', 'GET, HEAD'],
      ['PUT', `/api/v1/reservations/imports/${randomUUID()}`, 'DELETE, GET, HEAD'],
      ['PATCH', '/api/v1/settings/reservation-import', 'GET, HEAD, PUT'],
      ['DELETE', '/api/health', 'GET, HEAD'],
    ])('says to %s %s which methods it has', async (method, path, allowed) => {
      const answer = await of.OWNER(path, { method })
      expect(answer.headers.get('allow')).toBe(allowed)
      expect((await refusal(answer, 405, 'METHOD_NOT_ALLOWED')).message).toContain(allowed)
    })

    it.each([
      '/api/v1/credits/balance',
      '/api/v1/credits/transactions.csv',
      '/api/v1/events',
      '/api/v1/auth/session',
      '/api/health',
    ])('answers HEAD like GET, without a body: %s', async (path) => {
      const head = await of.MANAGER(path, { method: 'HEAD' })
      const ending = new AbortController()
      const get = await of.MANAGER(path, { signal: ending.signal })
      expect([head.status, head.headers.get('content-type')]).toEqual([200, get.headers.get('content-type')])
      expect(await head.text()).toBe('')
      ending.abort()
      expect((await visitor(server.url)('/api/v1/credits/balance', { method: 'HEAD' })).status).toBe(401)
    })
  })

  describe('text that no column can hold', () => {
    const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}1${']'.repeat(depth)}`)
    const adjustment = (body: object) => () =>
      operator('/api/v1/credits/adjustments', {
        json: { accountId: hotel.accountId, credits: 1, reason: 'a correction', ...body },
        headers: { 'idempotency-key': randomUUID() },
      })
    const execution = (json: object) => () =>
      of.MANAGER('/api/v1/ai/execute', { json, headers: { 'idempotency-key': randomUUID() } })
    /** As text: the test's own JSON.stringify would not survive it. */
    const executionOf = (options: string) => () =>
      of.MANAGER('/api/v1/ai/execute', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
        body: `{"functionType":"chatbot","parameters":{"input":"x","customOptions":{"a":${options}}}}`,
      })
    const settings = (hotelLabel: string) => () =>
      of.ADMIN('/api/v1/settings/reservation-import', {
        method: 'PUT',
        json: { hotelLabel, currency: 'JPY', yenRate: 1 },
      })
    const upload =
      (fields: Record<string, string>, fileName = 'a.csv') =>
      () => {
        const form = new FormData()
        for (const [name, value] of Object.entries(fields)) form.set(name, value)
        form.set('file', new Blob(['a,b']), fileName)
        return of.MANAGER('/api/v1/reservations/imports', { method: 'POST', body: form })
      }
    const chatbot = { functionType: 'chatbot', parameters: { input: 'x' } }
    const cases: [string, string, () => Promise<Response>][] = [
      ['NUL in a text', 'reason', adjustment({ reason: 'a\0b' })],
      ['half a character', 'reason', adjustment({ reason: 'a\ud800b' })],
      ['NUL in an input', 'parameters.input', execution({ ...chatbot, parameters: { input: '\0' } })],
      ['NUL in a label', 'metadata.tags.1', execution({ ...chatbot, metadata: { tags: ['a', '\0'] } })],
      [
        'NUL in the name of a field',
        'parameters.customOptions',
        execution({ ...chatbot, parameters: { input: 'x', customOptions: { '\0': 1 } } }),
      ],
      [
        'a deep nest',
        'parameters.customOptions.a',
        execution({ ...chatbot, parameters: { input: 'x', customOptions: { a: nested(33) } } }),
      ],
      ['a nest without a bottom', 'parameters.customOptions.a', executionOf('['.repeat(60_000) + ']'.repeat(60_000))],
      ['NUL in a setting', 'hotelLabel', settings('\0')],
      ['half a character in a setting', 'hotelLabel', settings('\udfff')],
      ['NUL in a query', 'roomType', () => of.STAFF('/api/v1/reservations?roomType=a%00')],
      ['NUL in a form’s JSON', 'mapping.hotelLabel', upload({ mapping: '{"hotelLabel":"\\u0000"}' })],
      ['half a character in a form’s JSON', 'mapping.hotelLabel', upload({ mapping: '{"hotelLabel":"\\ud800"}' })],
      ['NUL in a form’s field', 'dryRun', upload({ dryRun: 'true\0' })],
      ['NUL in the name of a file', 'file', upload({}, 'a\0.csv')],
    ]
    it.each(cases)('is refused: %s in %s', async (_what, path, send) => {
      const { details, message } = await refusal(await send(), 400, 'INVALID_INPUT')
      const [issue] = details.issues as { path: string; message: string }[]
      expect(issue?.path.startsWith(path), issue?.path).toBe(true)
      expect(message).toContain(path)
    })
  })

  describe('a refusal', () => {
    const messages = async (query: string, locale: string) => {
      const answer = await of.STAFF(`/api/v1/credits/transactions?${query}`, {
        headers: { cookie: `${of.STAFF.cookie}; locale=${locale}` },
      })
      const { details } = (await answer.json()) as { details: { issues: { message: string }[] } }
      return details.issues.map(({ message }) => message)
    }
    it.each([
      ['limit=0', 'limit は 1 以上にしてください。', 'limit must be at least 1.'],
      ['limit=x', 'limit は数値で指定してください。', 'limit must be a number.'],
      ['userId=1', 'userId は ID の形式ではありません。', 'userId is not an id.'],
      [
        'from=0001-01-01',
        'from は 1900年から2199年までの日付にしてください。',
        'from must be a day from 1900 to 2199.',
      ],
      [
        'cursor=xyz',
        'cursor が正しくありません。最初のページから読み込み直してください。',
        'cursor is not one that a page gave. Start again with the first page.',
      ],
    ])('of %s is a sentence of ours', async (query, japanese, english) => {
      expect(await messages(query, 'ja')).toEqual([japanese])
      expect(await messages(query, 'en')).toEqual([english])
    })
  })

  it('gives each visitor of a page their own limit', async () => {
    const strict = await startServer({ env: { RATE_LIMIT_GLOBAL_PER_MINUTE: '5', TRUST_PROXY: 'true' } })
    try {
      const open = async (address: string) =>
        (await fetch(new URL('/sign-in', strict.url), { headers: { 'x-forwarded-for': address } })).status
      // What a visitor claims to have come through changes nothing.
      for (let visited = 0; visited < 5; visited++) expect(await open(`203.0.113.${visited}, 192.0.2.1`)).toBe(200)
      expect(await open('192.0.2.1'), 'one more of the same').not.toBe(200)
      expect(await open('192.0.2.2'), 'somebody else').toBe(200)
    } finally {
      await strict.stop()
    }
  })

  it('does not say what it is built with', async () => {
    const page = await visitor(server.url)('/sign-in')
    expect(page.status).toBe(200)
    expect(page.headers.get('x-powered-by')).toBeNull()
  })

  it('calls a request that it or the client broke off by that name, not a fault of its own', async () => {
    const stopped = await startServer({ env: { LOG_LEVEL: 'debug' } })
    const client = await signIn(stopped.url, (await makeOperator(db)).email)
    const waiting = async (leaving?: AbortSignal) => {
      const key = randomUUID()
      const json = { accountId: hotel.accountId, credits: 1, reason: 'a correction' }
      // Held as by a server that is still at it.
      const holder = await db.owner.connect()
      await holder.query('BEGIN')
      await holder.query('SELECT FROM ai_credit_accounts WHERE id = $1 FOR UPDATE', [hotel.accountId])
      const send = (requestId: string, signal?: AbortSignal) =>
        client('/api/v1/credits/adjustments', {
          json,
          headers: { 'idempotency-key': key, 'x-request-id': requestId },
          signal,
        })
      const first = send(randomUUID())
      await until('the first to run', async () => {
        const { rows } = await db.owner.query('SELECT FROM idempotency_keys WHERE key = $1', [key])
        return rows.length > 0
      })
      const waitingId = randomUUID()
      const second = send(waitingId, leaving)
      await until('the second to wait for it', () => stopped.log().includes(`"requestId":"${waitingId}","msg":"waits`))
      return { first, second, letGo: () => holder.query('COMMIT').then(() => holder.release()) }
    }
    const leaving = new AbortController()
    const left = await waiting(leaving.signal)
    leaving.abort()
    await expect(left.second).rejects.toThrow(/abort/)
    await until('the log to say so', () => stopped.log().includes('"status":499'))
    await left.letGo()
    expect((await left.first).status).toBe(201)

    const late = await waiting()
    const ended = stopped.stop()
    await refusal(await late.second, 503, 'SHUTTING_DOWN')
    expect(stopped.log()).not.toContain('request failed')
    await late.letGo()
    expect((await late.first).status).toBe(201)
    await ended
  })

  it('ends an event stream with its session, at once or, revoked elsewhere, by the next heartbeat', async () => {
    const listen = async () => {
      const client = await signIn(server.url, hotel.people.ADMIN.email)
      const answer = await client('/api/v1/events')
      expect(answer.status).toBe(200)
      return { client, ended: answer.text() }
    }
    const [here, elsewhere] = [await listen(), await listen()]
    expect((await here.client('/api/v1/auth/sign-out', { json: {} })).status).toBe(200)
    expect(await here.ended).toContain('welcome')
    await db.owner.query('DELETE FROM sessions WHERE user_id = $1', [hotel.people.ADMIN.id])
    expect(await elsewhere.ended).toContain('welcome')
  })

  it('limits sign-ins to ten a minute for an account and address, and uploads by a limit of their own', async () => {
    const strict = await startServer({
      env: { RATE_LIMIT_SIGN_IN_PER_MINUTE: '10', RATE_LIMIT_IMPORTS_PER_MINUTE: '2', TRUST_PROXY: 'true' },
    })
    try {
      const other = await makeHotel(db)
      // From an address of its own: the sign-ins of the other tests count in the same database.
      const attempt = (secret: string, { email } = other.people.STAFF) =>
        visitor(strict.url)('/api/v1/auth/sign-in', {
          json: { email, password: secret },
          headers: { 'x-forwarded-for': '192.0.2.3' },
        })
      for (let tried = 0; tried < 10; tried++) expect((await attempt('wrong')).status).toBe(401)
      const answer = await attempt(password)
      const retryAfter = Number(answer.headers.get('retry-after'))
      expect(await refusal(answer, 429, 'RATE_LIMIT_EXCEEDED')).toMatchObject({ retryAfter })
      expect(retryAfter).toBeGreaterThan(0)
      expect(retryAfter).toBeLessThanOrEqual(60)

      const manager = visitor(strict.url, cookieOf(await attempt(password, other.people.MANAGER)))
      const upload = (path: string) => manager(path, { method: 'POST', body: new FormData() })
      const [preview, start] = ['/api/v1/reservations/imports/preview', '/api/v1/reservations/imports']
      await refusal(await upload(preview), 400, 'INVALID_INPUT')
      await refusal(await upload(start), 400, 'INVALID_INPUT')
      for (const path of [preview, start]) await refusal(await upload(path), 429, 'RATE_LIMIT_EXCEEDED')
    } finally {
      await strict.stop()
    }
  })

  it('shows a hotel its own events as they happen, and nobody else’s', async () => {
    const stranger = await makeHotel(db)
    const listen = async (client: Client) => {
      const ending = new AbortController()
      const answer = await client('/api/v1/events', { signal: ending.signal })
      expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/)
      let heard = ''
      const reading = (async () => {
        const decoder = new TextDecoder()
        for await (const chunk of answer.body ?? []) heard += decoder.decode(chunk, { stream: true })
      })().catch((error: Error) => {
        if (error.name !== 'AbortError') throw error
      })
      return {
        events: () =>
          [...heard.matchAll(/^event: (.+)\ndata: (.+)$/gm)].map(([, type, data]) => ({
            type,
            data: JSON.parse(String(data)) as Record<string, unknown>,
          })),
        end: async () => {
          ending.abort()
          await reading
        },
      }
    }
    const streams = await Promise.all([
      listen(of.MANAGER),
      listen(of.STAFF),
      listen(await signIn(server.url, stranger.people.OWNER.email)),
    ])
    const [mine, colleague, theirs] = streams
    const here = await charge(2)
    await charge(3, undefined, stranger)
    const told = (events: { type?: string; data: Record<string, unknown> }[], credits: number) =>
      events.some((event) => event.type === 'credits.charged' && event.data.credits === credits)
    await until(
      'everyone’s own event',
      () => told(mine.events(), 2) && told(colleague.events(), 2) && told(theirs.events(), 3),
    )
    const ours = mine.events().find((event) => event.type === 'credits.charged')
    expect(ours?.data).toMatchObject({
      transactionId: here.transactionId,
      credits: 2,
      balance: here.balance,
      available: here.available,
      userId: hotel.people.MANAGER.id,
    })
    for (const [stream, account] of [
      [mine, hotel.accountId],
      [colleague, hotel.accountId],
      [theirs, stranger.accountId],
    ] as const) {
      for (const event of stream.events()) expect(event.data.accountId).toBe(account)
    }
    await Promise.all(streams.map((stream) => stream.end()))
  })
})
