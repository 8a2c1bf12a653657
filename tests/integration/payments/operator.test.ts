import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  packageBody,
  type HotelsResponse,
  type IssuerBody,
  type OperatorInvoiceDetail,
  type OperatorInvoicesResponse,
  type OperatorPackage,
  type OperatorPackagesResponse,
  type OperatorPurchaseDetail,
  type OperatorPurchasesResponse,
  type TransfersResponse,
  type WebhookDetail,
  type WebhookRetryResponse,
  type WebhooksResponse,
} from '#shared/schemas/operator'
import type { ErrorResponse } from '#shared/schemas/common'
import type { PackagesResponse } from '#shared/schemas/payments'
import { addDays, dayOf } from '#shared/utils/calendar'
import { signIn, type Client } from '../../support/client'
import { testDatabase, type TestDatabase } from '../../support/database'
import { makeHotel, makeOperator, type TestHotel } from '../../support/hotel'
import { makeInvoice, makeIssuer, makeWebhookEvent, packages, registrationNumber } from '../../support/payments'
import { intentEvent, openPurchase } from '../../support/purchases'
import { contextFor } from '../../support/hotel'
import { runningServer, type TestServer } from '../../support/server'

let db: TestDatabase
let server: TestServer
let operator: Client
let hotel: TestHotel
let owner: Client

beforeAll(async () => {
  db = testDatabase()
  vi.stubEnv('DATABASE_APP_URL', db.urls.appUrl)
  vi.stubEnv('DATABASE_JOBS_URL', db.urls.jobsUrl)
  server = await runningServer()
  operator = await signIn(server.url, (await makeOperator(db)).email)
  hotel = await makeHotel(db)
  owner = await signIn(server.url, hotel.people.OWNER.email)
  await makeIssuer(db)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await server.stop()
  await db.close()
})

const root = '/api/v1/operator'
async function get<T>(path: string, client = operator): Promise<T> {
  const answer = await client(path)
  expect(answer.status, path).toBe(200)
  return (await answer.json()) as T
}
const write = (method: string, path: string, json: unknown, key = randomUUID(), client = operator) =>
  client(path, { method, json, headers: { 'idempotency-key': key } })
async function refused(answer: Response, status: number, code: string): Promise<ErrorResponse> {
  const body = (await answer.json()) as ErrorResponse
  expect([answer.status, body.error]).toEqual([status, code])
  return body
}
const auditOf = async (eventType: string, tenantId: string) =>
  (
    await db.owner.query<{ before: Record<string, unknown>; after: Record<string, unknown> }>(
      'SELECT before, after FROM system_events WHERE event_type = $1 AND tenant_id = $2 ORDER BY created_at, id',
      [eventType, tenantId],
    )
  ).rows
const platform = '00000000-0000-7000-8000-000000000001'

it('gives none of it to a hotel, not even its owner', async () => {
  const invoice = await makeInvoice(db, hotel)
  const event = await makeWebhookEvent(db)
  const at = `${root}/hotels/${hotel.tenant.id}`
  const reads = [
    `${root}/packages`,
    `${root}/issuer`,
    `${root}/hotels`,
    `${root}/purchases`,
    `${at}/purchases/${invoice.purchaseId}`,
    `${root}/invoices`,
    `${at}/invoices/${invoice.id}`,
    `${at}/invoices/${invoice.id}/pdf`,
    `${root}/transfers`,
    `${root}/transfers/${randomUUID()}`,
    `${root}/webhooks`,
    `${root}/webhooks/${event}`,
  ]
  for (const path of reads) await refused(await owner(path), 403, 'FORBIDDEN')
  const writes: [string, string][] = [
    ['POST', `${root}/packages`],
    ['PUT', `${root}/packages/${packages.small.id}`],
    ['PUT', `${root}/issuer`],
    ['PUT', `${at}/credit-limit`],
    ['POST', `${at}/invoices/${invoice.id}/void`],
    ['POST', `${root}/transfers`],
    ['POST', `${root}/transfers/lines`],
    ['POST', `${root}/transfers/${randomUUID()}/allocations`],
    ['POST', `${root}/webhooks/${event}/retry`],
    ['POST', `${root}/webhooks/retry`],
  ]
  for (const [method, path] of writes)
    await refused(await write(method, path, {}, randomUUID(), owner), 403, 'FORBIDDEN')
})

describe('packages', () => {
  const body = packageBody.parse({
    displayName: '試験用 300クレジット',
    description: '試験のために',
    marketingHighlight: null,
    planType: null,
    creditsAmount: 300,
    listPriceYen: 3600,
    priceYen: 3333,
    isBulkPackage: false,
    isPromotional: true,
    active: true,
    validFrom: null,
    validUntil: null,
  })
  const offered = async (id: string) =>
    (await get<PackagesResponse>('/api/v1/credits/packages', owner)).packages.find((one) => one.id === id)

  it('are made once, changed, and sold within their days; what was bought keeps its figures', async () => {
    const key = randomUUID()
    const made = await Promise.all([1, 2].map(() => write('POST', `${root}/packages`, body, key)))
    expect(made.map(({ status }) => status)).toEqual([201, 201])
    const [pack, same] = (await Promise.all(made.map((answer) => answer.json()))) as [OperatorPackage, OperatorPackage]
    expect(same.id).toBe(pack.id)
    try {
      expect(await offered(pack.id)).toMatchObject({ priceYen: 3333, priceWithTaxYen: 3666 })
      const purchase = await openPurchase(contextFor(db, hotel), { credits: 300 })
      const today = dayOf(new Date(), 'Asia/Tokyo')
      const put = (changes: object) => write('PUT', `${root}/packages/${pack.id}`, { ...body, ...changes })
      expect((await put({ priceYen: 3000, validUntil: today })).status).toBe(200)
      expect(await offered(pack.id), 'its last day').toMatchObject({ priceYen: 3000 })
      await put({ validFrom: addDays(today, -9), validUntil: addDays(today, -1) })
      expect(await offered(pack.id), 'the day after').toBeUndefined()
      await put({ validFrom: addDays(today, 1) })
      expect(await offered(pack.id), 'the day before').toBeUndefined()
      const { packages: all, plans } = await get<OperatorPackagesResponse>(`${root}/packages`)
      expect(all.find(({ id }) => id === pack.id)).toMatchObject({ onSale: false, validFrom: addDays(today, 1) })
      await put({ planType: plans.find(({ code }) => code !== 'PROFESSIONAL')?.code })
      expect(await offered(pack.id), 'another plan’s').toBeUndefined()
      await put({ active: false })
      expect(await offered(pack.id)).toBeUndefined()
      const detail = await get<OperatorPurchaseDetail>(`${root}/hotels/${hotel.tenant.id}/purchases/${purchase.id}`)
      expect(detail).toMatchObject({ priceYen: 3333, taxYen: 333, totalYen: 3666 })
      expect((await auditOf('payments.package_changed', platform)).at(-1)).toMatchObject({
        before: { active: true },
        after: { active: false },
      })
    } finally {
      await write('PUT', `${root}/packages/${pack.id}`, { ...body, active: false })
    }
  })

  it('are refused where their figures cannot be', async () => {
    const put = (changes: object) => write('PUT', `${root}/packages/${packages.small.id}`, { ...body, ...changes })
    const above = await refused(await put({ priceYen: 3601 }), 400, 'INVALID_INPUT')
    expect(above.message).toContain('定価以下')
    await refused(await put({ validFrom: '2031-02-01', validUntil: '2031-01-31' }), 400, 'INVALID_INPUT')
    await refused(await put({ planType: 'NO_SUCH_PLAN' }), 400, 'INVALID_INPUT')
    await refused(await put({ creditsAmount: 0 }), 400, 'INVALID_INPUT')
    await refused(await write('PUT', `${root}/packages/${randomUUID()}`, body), 404, 'NOT_FOUND')
  })
})

it('keeps the issuer, with what it was before, and no number whose check digit is wrong', async () => {
  const { issuer } = await get<{ issuer: IssuerBody & { updatedAt?: string } }>(`${root}/issuer`)
  const { updatedAt: _, ...body } = issuer
  const save = (changes: Partial<IssuerBody>) =>
    operator(`${root}/issuer`, { method: 'PUT', json: { ...body, ...changes } })
  try {
    expect((await save({ bankBranch: '新宿支店' })).status).toBe(200)
    expect((await auditOf('payments.issuer_changed', platform)).at(-1)).toMatchObject({
      before: { bankBranch: body.bankBranch },
      after: { bankBranch: '新宿支店', registrationNumber },
    })
  } finally {
    await save({})
  }
  const wrong = await refused(await save({ registrationNumber: 'T8999999999999' }), 400, 'INVALID_INPUT')
  expect(wrong.message).toContain('検査数字')
  await refused(await save({ bankAccountHolder: '漢字の名義' }), 400, 'INVALID_INPUT')
})

it('sets a hotel’s credit limit, and says what is outstanding and overdue', async () => {
  const fresh = await makeHotel(db)
  const path = `${root}/hotels/${fresh.tenant.id}/credit-limit`
  expect((await write('PUT', path, { invoiceCreditLimitYen: 5000 })).status).toBe(200)
  expect((await write('PUT', path, { invoiceCreditLimitYen: 7000 })).status).toBe(200)
  expect(await auditOf('payments.credit_limit_changed', fresh.tenant.id)).toMatchObject([
    { before: { invoiceCreditLimitYen: 0 }, after: { invoiceCreditLimitYen: 5000 } },
    { before: { invoiceCreditLimitYen: 5000 }, after: { invoiceCreditLimitYen: 7000 } },
  ])
  await refused(await write('PUT', path, { invoiceCreditLimitYen: -1 }), 400, 'INVALID_INPUT')
  await refused(
    await write('PUT', `${root}/hotels/${platform}/credit-limit`, { invoiceCreditLimitYen: 1 }),
    404,
    'NOT_FOUND',
  )

  const longAgo = new Date(Date.now() - 31 * 86_400_000)
  await makeInvoice(db, fresh, { pack: 'small', now: longAgo })
  await makeInvoice(db, fresh)
  const { hotels } = await get<HotelsResponse>(
    `${root}/hotels?overdue=true&hotel=${encodeURIComponent(fresh.tenant.name)}`,
  )
  expect(hotels).toMatchObject([
    {
      hotel: { tenantId: fresh.tenant.id },
      creditLimitYen: 7000,
      outstandingYen: packages.small.totalYen + packages.middle.totalYen,
      overdueYen: packages.small.totalYen,
      overdueInvoices: 1,
      // The second one would have gone beyond the limit.
      onCreditYen: packages.small.totalYen,
    },
  ])
  const { invoices } = await get<OperatorInvoicesResponse>(
    `${root}/invoices?status=OVERDUE&search=${encodeURIComponent(fresh.tenant.name)}`,
  )
  expect(invoices).toMatchObject([{ status: 'OVERDUE', openYen: packages.small.totalYen, canVoid: false }])
})

it('lists all hotels’ purchases and invoices by what one looks for, page by page', async () => {
  const fresh = await makeHotel(db)
  const name = encodeURIComponent(fresh.tenant.name)
  const made = [await makeInvoice(db, fresh), await makeInvoice(db, fresh), await makeInvoice(db, fresh)]
  await openPurchase(contextFor(db, fresh))
  const listed: string[] = []
  let cursor = ''
  do {
    const page = await get<OperatorPurchasesResponse>(
      `${root}/purchases?hotel=${name}&paymentMethod=invoice&limit=2${cursor && `&cursor=${cursor}`}`,
    )
    listed.push(...page.purchases.map(({ id }) => id))
    cursor = page.nextCursor ?? ''
  } while (cursor)
  expect(listed).toEqual(made.map(({ purchaseId }) => purchaseId).reverse())
  const today = dayOf(new Date(), 'Asia/Tokyo')
  const on = (day: string) =>
    get<OperatorPurchasesResponse>(`${root}/purchases?hotel=${name}&status=CREATED&from=${day}&to=${day}`)
  expect((await on(today)).purchases).toHaveLength(1)
  expect((await on(addDays(today, -1))).purchases).toHaveLength(0)
  const search = async (text: string) =>
    (await get<OperatorInvoicesResponse>(`${root}/invoices?search=${encodeURIComponent(text)}`)).invoices
  expect(await search(made[0]?.invoiceNumber ?? '')).toMatchObject([{ id: made[0]?.id }])
  expect((await search('6,050')).length).toBeGreaterThanOrEqual(3)
})

it('voids an invoice nothing was paid of: the purchase ends, the number stays used, the reason stays', async () => {
  const fresh = await makeHotel(db)
  const invoice = await makeInvoice(db, fresh)
  const path = `${root}/hotels/${fresh.tenant.id}/invoices/${invoice.id}`
  const pdf = await operator(`${path}/pdf`)
  expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf'])
  await refused(await write('POST', `${path}/void`, { reason: '' }), 400, 'INVALID_INPUT')
  expect((await write('POST', `${path}/void`, { reason: '宛名の誤りのため' })).status).toBe(200)
  const detail = await get<OperatorInvoiceDetail>(path)
  expect(detail).toMatchObject({ status: 'VOID', openYen: 0, canVoid: false, creditsGranted: false })
  expect(detail.timeline.map(({ eventType, reason }) => [eventType, reason])).toContainEqual([
    'payments.invoice_voided',
    '宛名の誤りのため',
  ])
  await refused(await write('POST', `${path}/void`, { reason: 'もう一度' }), 409, 'INVOICE_NOT_VOIDABLE')
  const next = await makeInvoice(db, fresh)
  expect(Number(next.invoiceNumber.slice(-4))).toBe(Number(invoice.invoiceNumber.slice(-4)) + 1)
})

it('records a transfer over HTTP, and says of the same one who recorded it', async () => {
  const fresh = await makeHotel(db)
  const invoice = await makeInvoice(db, fresh)
  const payerName = `カ)${randomUUID().slice(0, 8)}`
  const body = {
    receivedOn: dayOf(new Date(), 'Asia/Tokyo'),
    amountYen: 7000,
    payerName,
    allocations: [{ tenantId: fresh.tenant.id, invoiceId: invoice.id, amountYen: invoice.totalYen }],
  }
  const recorded = await write('POST', `${root}/transfers`, body)
  expect(recorded.status).toBe(201)
  const known = await refused(
    await write('POST', `${root}/transfers`, { ...body, allocations: [] }),
    409,
    'TRANSFER_KNOWN',
  )
  expect(known.details).toMatchObject({ recordedBy: 'Operator', nextOccurrence: 2 })
  const { transfers } = await get<TransfersResponse>(
    `${root}/transfers?state=OPEN&search=${encodeURIComponent(payerName)}`,
  )
  expect(transfers).toMatchObject([{ unallocatedYen: 950, allocations: [{ invoiceNumber: invoice.invoiceNumber }] }])
  const twice = [...body.allocations, ...body.allocations]
  const doubled = await refused(
    await write('POST', `${root}/transfers`, { ...body, allocations: twice }),
    400,
    'INVALID_INPUT',
  )
  expect(doubled.message).toContain('同じ請求書が2回')
  const detail = await get<OperatorInvoiceDetail>(`${root}/hotels/${fresh.tenant.id}/invoices/${invoice.id}`)
  expect(detail).toMatchObject({ status: 'PAID', payments: [{ payerName, amountYen: invoice.totalYen }] })
  expect(new Date(detail.payments[0]?.createdAt ?? '').getTime()).toBeGreaterThan(Date.now() - 60_000)
})

describe('the webhook inbox', () => {
  it('shows what failed without its secrets, and processes it again', async () => {
    const purchase = await openPurchase(contextFor(db, hotel))
    const { id: _, ...event } = intentEvent(purchase, 'payment_intent.succeeded')
    const id = await makeWebhookEvent(db, {
      type: 'payment_intent.succeeded',
      error: 'the database went away',
      object: { ...event.data.object, client_secret: 'pi_secret_of_the_test' },
    })
    const before = await get<WebhooksResponse>(`${root}/webhooks?status=FAILED&search=${id}`)
    expect(before.events).toMatchObject([{ id, attempts: 1, error: 'the database went away' }])
    expect(before.counts.failed).toBeGreaterThanOrEqual(1)
    const detail = await operator(`${root}/webhooks/${id}`)
    expect(await detail.text()).not.toContain('pi_secret_of_the_test')
    const retried = await write('POST', `${root}/webhooks/${id}/retry`, {})
    expect((await retried.json()) as WebhookRetryResponse).toEqual({ status: 'PROCESSED', error: null })
    expect(await get<WebhookDetail>(`${root}/webhooks/${id}`)).toMatchObject({
      status: 'PROCESSED',
      attempts: 2,
      hotel: { tenantId: hotel.tenant.id },
    })
    expect(
      await get<OperatorPurchaseDetail>(`${root}/hotels/${hotel.tenant.id}/purchases/${purchase.id}`),
    ).toMatchObject({ status: 'COMPLETED' })
    await refused(await write('POST', `${root}/webhooks/${id}/retry`, {}), 404, 'NOT_FOUND')
  })

  it('retries all that failed, and what was set aside only when asked for by itself', async () => {
    const failed = [await makeWebhookEvent(db), await makeWebhookEvent(db)]
    const aside = await makeWebhookEvent(db, {
      type: 'payment_intent.succeeded',
      status: 'SET_ASIDE',
      error: 'NO_PURCHASE',
      object: { id: 'pi_of_something_else' },
    })
    const answer = await write('POST', `${root}/webhooks/retry`, {})
    expect(answer.status).toBe(200)
    for (const id of failed)
      expect(await get<WebhookDetail>(`${root}/webhooks/${id}`)).toMatchObject({ status: 'IGNORED' })
    expect(await get<WebhookDetail>(`${root}/webhooks/${aside}`)).toMatchObject({ attempts: 1, status: 'SET_ASIDE' })
    const again = await write('POST', `${root}/webhooks/${aside}/retry`, {})
    expect((await again.json()) as WebhookRetryResponse).toEqual({ status: 'SET_ASIDE', error: 'UNREADABLE' })
  })
})
