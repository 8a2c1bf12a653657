import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { transferBody, type Allocation, type TransferOutcome } from '#shared/schemas/operator'
import { dayOf } from '#shared/utils/calendar'
import { allocateTransfer } from '../../../server/domains/payments/operator/allocate-transfer'
import { getInvoice } from '../../../server/domains/payments/operator/list-invoices'
import { previewBankFile } from '../../../server/domains/payments/operator/preview-bank-file'
import { recordTransfer, recordTransfers } from '../../../server/domains/payments/operator/record-transfer'
import { setCreditLimit } from '../../../server/domains/payments/operator/set-credit-limit'
import { voidInvoice } from '../../../server/domains/payments/operator/void-invoice'
import { getBalance } from '../../../server/domains/credits/get-balance'
import type { Context } from '../../../server/utils/context'
import { AppError } from '../../../server/utils/errors'
import { rightBooks } from '../../support/books'
import { ownDatabase, type TestDatabase } from '../../support/database'
import { contextFor, makeHotel, makeOperator, operatorContext, type TestHotel } from '../../support/hotel'
import { makeInvoice, moneyOf, packages, type TestInvoice } from '../../support/payments'
import { until } from '../../support/until'

let db: TestDatabase
let aiko: Context
let ken: Context
const hotels: TestHotel[] = []

beforeAll(async () => {
  db = await ownDatabase({ poolSize: 30 })
  // The invoice's mail looks for its settings.
  vi.stubEnv('DATABASE_APP_URL', db.urls.appUrl)
  vi.stubEnv('DATABASE_JOBS_URL', db.urls.jobsUrl)
  aiko = await operatorContext(db, await makeOperator(db))
  ken = await operatorContext(db, await makeOperator(db))
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await db.close()
})

async function newHotel(): Promise<TestHotel> {
  const hotel = await makeHotel(db)
  hotels.push(hotel)
  return hotel
}

const today = dayOf(new Date(), 'Asia/Tokyo')
let payers = 0
/** A transfer nobody else makes, unless the payer is named. */
const body = (given: { amountYen: number; allocations?: Allocation[]; payerName?: string; occurrence?: number }) =>
  transferBody.parse({ receivedOn: today, payerName: `フリコミニン${++payers}`, ...given })
const to = (invoice: TestInvoice, amountYen = invoice.totalYen): Allocation => ({
  tenantId: invoice.tenantId,
  invoiceId: invoice.id,
  amountYen,
})
const record = (ctx: Context, given: Parameters<typeof body>[0] | ReturnType<typeof body>, key = randomUUID()) =>
  recordTransfer(ctx, db, {
    body: 'receivedOn' in given ? given : body(given),
    source: 'manual',
    idempotencyKey: key,
  })
const allocate = (ctx: Context, transferId: string, allocations: Allocation[], key = randomUUID()) =>
  allocateTransfer(ctx, db, { transferId, body: { allocations }, idempotencyKey: key })

async function refusalOf(work: Promise<unknown>): Promise<AppError> {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  )
  if (!(thrown instanceof AppError)) throw new Error(`not a refusal: ${String(thrown)}`)
  return thrown
}

/** Σ allocations = what the invoice says is paid = what the transfer says is allocated; credits once, with the last yen. */
async function expectRightSums(): Promise<void> {
  const { invoices, transfers } = await moneyOf(
    db,
    hotels.map(({ tenant }) => tenant.id),
  )
  for (const one of invoices) {
    expect(one.paid_yen, `paid of invoice ${one.id}`).toBe(one.allocated)
    expect(one.status === 'PAID', 'paid').toBe(one.paid_yen === one.total_yen)
    const expected = { ISSUED: ['AWAITING_TRANSFER', 'ON_CREDIT'], PAID: ['COMPLETED'], VOID: ['CANCELED'] }[one.status]
    expect(expected, one.status).toContain(one.purchase_status)
    expect(one.granted, 'grants').toBe(['COMPLETED', 'ON_CREDIT'].includes(one.purchase_status) ? 1 : 0)
  }
  for (const one of transfers) {
    expect(one.allocated_yen, `allocated of transfer ${one.id}`).toBe(one.allocated)
    expect(one.allocated_yen).toBeLessThanOrEqual(one.amount_yen)
  }
}

const balanceOf = async (hotel: TestHotel) => (await getBalance(contextFor(db, hotel))).balance.currentBalance

describe('a transfer', () => {
  it('pays an invoice: status, credits, audit and event in one transaction', async () => {
    const hotel = await newHotel()
    const before = await balanceOf(hotel)
    const invoice = await makeInvoice(db, hotel)
    expect(await balanceOf(hotel), 'credits come with the money').toBe(before)
    const outcome = await record(aiko, { amountYen: invoice.totalYen, allocations: [to(invoice)] })
    expect(outcome).toMatchObject({
      unallocatedYen: 0,
      invoices: [{ invoiceNumber: invoice.invoiceNumber, openYen: 0, creditsGranted: packages.middle.credits }],
    })
    expect(await balanceOf(hotel)).toBe(before + packages.middle.credits)
    const { rows: audit } = await db.owner.query<{ event_type: string; user_id: string }>(
      `SELECT event_type, user_id FROM system_events WHERE tenant_id = $1 AND entity_id = ANY ($2) AND user_id = $3`,
      [hotel.tenant.id, [invoice.id, invoice.purchaseId], aiko.actor.kind === 'person' ? aiko.actor.userId : null],
    )
    expect(audit.map((row) => row.event_type).sort()).toEqual(['credits.purchase_completed', 'payments.invoice_paid'])
    const { rows: events } = await db.owner.query<{ event_type: string }>(
      `SELECT event_type FROM outbox_events WHERE tenant_id = $1 AND payload ->> 'invoiceId' = $2`,
      [hotel.tenant.id, invoice.id],
    )
    expect(events.map((row) => row.event_type)).toContain('payments.invoice_paid')
    await rightBooks(db, hotel.tenant.id)
    await expectRightSums()
  })

  it('completes a purchase whose credits were granted on credit, and grants none again', async () => {
    const hotel = await newHotel()
    await setCreditLimit(aiko, db, {
      tenantId: hotel.tenant.id,
      body: { invoiceCreditLimitYen: 10_000 },
      idempotencyKey: randomUUID(),
    })
    const invoice = await makeInvoice(db, hotel)
    const granted = await balanceOf(hotel)
    const outcome = await record(aiko, { amountYen: invoice.totalYen, allocations: [to(invoice)] })
    expect(outcome.invoices[0]).toMatchObject({ openYen: 0, creditsGranted: 0 })
    expect(await balanceOf(hotel)).toBe(granted)
    await expectRightSums()
  })

  it('of a wrong amount pays in part, and what is missing stays open', async () => {
    const hotel = await newHotel()
    const invoice = await makeInvoice(db, hotel)
    const before = await balanceOf(hotel)
    const short = await record(aiko, { amountYen: 5950, allocations: [to(invoice, 5950)] })
    expect(short.invoices[0]).toMatchObject({ openYen: 100, creditsGranted: 0 })
    expect(await balanceOf(hotel)).toBe(before)
    await expectRightSums()
    const tooMuch = await refusalOf(record(ken, { amountYen: 200, allocations: [to(invoice, 101)] }))
    expect(tooMuch).toMatchObject({ code: 'INVOICE_SETTLED', details: { openYen: 100 } })
    const rest = await record(ken, { amountYen: 100, allocations: [to(invoice, 100)] })
    expect(rest.invoices[0]).toMatchObject({ openYen: 0, creditsGranted: packages.middle.credits })
    expect(await balanceOf(hotel)).toBe(before + packages.middle.credits)
    await expectRightSums()
  })

  it('pays invoices of two hotels, and one invoice in two steps', async () => {
    const [one, other] = [await newHotel(), await newHotel()]
    const [first, second] = [await makeInvoice(db, one), await makeInvoice(db, other, { pack: 'small' })]
    const { transferId } = await record(aiko, {
      amountYen: first.totalYen + second.totalYen,
      allocations: [to(first, 1000), to(second)],
    })
    const rest = await allocate(ken, transferId, [to(first, first.totalYen - 1000)])
    expect(rest).toMatchObject({ unallocatedYen: 0, invoices: [{ openYen: 0 }] })
    expect(await refusalOf(allocate(ken, transferId, [to(await makeInvoice(db, one), 1)]))).toMatchObject({
      code: 'TRANSFER_SPENT',
      details: { leftYen: 0, askedYen: 1 },
    })
    await expectRightSums()
  })

  it('that is more than what is due stays visible as not allocated', async () => {
    const hotel = await newHotel()
    const invoice = await makeInvoice(db, hotel)
    const outcome = await record(aiko, { amountYen: 10_000, allocations: [to(invoice)] })
    expect(outcome.unallocatedYen).toBe(10_000 - invoice.totalYen)
    const beyond = await refusalOf(
      record(aiko, { amountYen: 100, allocations: [to(await makeInvoice(db, hotel), 101)] }),
    )
    expect(beyond).toMatchObject({ code: 'TRANSFER_SPENT', details: { leftYen: 100, askedYen: 101 } })
    await expectRightSums()
  })

  it('with the same key does the same thing once', async () => {
    const hotel = await newHotel()
    const invoice = await makeInvoice(db, hotel)
    const [key, given] = [randomUUID(), body({ amountYen: invoice.totalYen, allocations: [to(invoice)] })]
    const answers = await Promise.all([1, 2, 3].map(() => record(aiko, given, key)))
    expect(new Set(answers.map(({ transferId }) => transferId)).size).toBe(1)
    await expectRightSums()
  })

  it('is not believed of tomorrow, nor of an invoice that is not there', async () => {
    const hotel = await newHotel()
    const invoice = await makeInvoice(db, hotel)
    const tomorrow = dayOf(new Date(Date.now() + 36 * 3_600_000), 'Asia/Tokyo')
    expect(await refusalOf(record(aiko, { ...body({ amountYen: 1 }), receivedOn: tomorrow }))).toMatchObject({
      code: 'INVALID_INPUT',
      details: { issues: [{ path: 'receivedOn', problem: 'inFuture' }] },
    })
    const elsewhere = { ...to(invoice), tenantId: (await newHotel()).tenant.id }
    expect(await refusalOf(record(aiko, { amountYen: 10_000, allocations: [elsewhere] }))).toMatchObject({
      code: 'NOT_FOUND',
    })
  })
})

describe('two operators at once', () => {
  it('record the same transfer: one does, the other hears who and when', async () => {
    const hotel = await newHotel()
    const invoice = await makeInvoice(db, hotel)
    const given = (payerName: string) => body({ amountYen: invoice.totalYen, allocations: [to(invoice)], payerName })
    const outcomes = await Promise.allSettled([record(aiko, given('カ)ニホンノヤド')), record(ken, given('ｶ)ﾆﾎﾝﾉﾔﾄﾞ'))])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await expectRightSums()

    // Without an invoice to wait for, it is the transfer's own key that lets only one in.
    const bare = (payerName: string) => body({ amountYen: 777, payerName })
    const twice = await Promise.allSettled([record(aiko, bare('フタゴ')), record(ken, bare('ふたご'))])
    const refused = twice.flatMap((one) => (one.status === 'rejected' ? [one.reason as AppError] : []))
    expect(refused).toHaveLength(1)
    expect(refused[0]).toMatchObject({
      code: 'TRANSFER_KNOWN',
      details: { recordedBy: 'Operator', nextOccurrence: 2 },
    })
    expect(Date.parse(String(refused[0]?.details.recordedAt))).toBeGreaterThan(0)
    const another = await record(ken, { ...bare('フタゴ'), occurrence: 2 })
    expect(another.unallocatedYen).toBe(777)
    expect(await refusalOf(record(ken, bare('フタゴ')))).toMatchObject({ details: { nextOccurrence: 3 } })
  })

  it('allocate to the same invoice: it is paid once', async () => {
    const hotel = await newHotel()
    for (let round = 0; round < 5; round++) {
      const invoice = await makeInvoice(db, hotel)
      const transfers = await Promise.all([aiko, ken].map((ctx) => record(ctx, { amountYen: invoice.totalYen })))
      const outcomes = await Promise.allSettled(
        transfers.map(({ transferId }, index) => allocate(index ? ken : aiko, transferId, [to(invoice)])),
      )
      const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as AppError] : []))
      expect(refused).toHaveLength(1)
      expect(refused[0]).toMatchObject({ code: 'INVOICE_SETTLED', details: { openYen: 0 } })
    }
    await expectRightSums()
  })

  it('spend the same transfer on different hotels: no more is spent than came', async () => {
    const hotels = await Promise.all(Array.from({ length: 4 }, newHotel))
    for (let round = 0; round < 5; round++) {
      const invoices = await Promise.all(hotels.map((hotel) => makeInvoice(db, hotel)))
      const { transferId } = await record(aiko, { amountYen: packages.middle.totalYen })
      const tries = await Promise.allSettled(
        invoices.map((invoice, index) => allocate(index % 2 ? ken : aiko, transferId, [to(invoice)])),
      )
      expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    }
    await expectRightSums()
  })

  it('pay several invoices of several hotels in any order, and nobody waits for ever', async () => {
    const [one, other] = [await newHotel(), await newHotel()]
    const invoices = [
      await makeInvoice(db, one),
      await makeInvoice(db, other),
      await makeInvoice(db, one),
      await makeInvoice(db, other),
    ]
    const whole = 1000 * invoices.length
    const { transferId } = await record(aiko, { amountYen: 40 * whole })
    const works = Array.from({ length: 12 }, (_, index) => {
      const list = invoices.map((invoice) => to(invoice, 400))
      const turned = [...list.slice(index % 4), ...list.slice(0, index % 4)]
      const ordered = index % 2 ? turned.reverse() : turned
      return index % 3
        ? allocate(index % 2 ? ken : aiko, transferId, ordered)
        : record(index % 2 ? ken : aiko, { amountYen: whole, allocations: ordered })
    })
    await Promise.all(works)
    await expectRightSums()
    const { invoices: rows } = await moneyOf(db, [one.tenant.id, other.tenant.id])
    expect(rows.map((row) => row.paid_yen)).toEqual(invoices.map(() => 12 * 400))
  })

  it('one voids what the other pays: one of the two happens', async () => {
    const hotel = await newHotel()
    for (let round = 0; round < 5; round++) {
      const invoice = await makeInvoice(db, hotel)
      const [paid, voided] = await Promise.allSettled([
        record(aiko, { amountYen: invoice.totalYen, allocations: [to(invoice)] }),
        voidInvoice(ken, db, {
          tenantId: invoice.tenantId,
          id: invoice.id,
          body: { reason: '取り違えのため' },
          idempotencyKey: randomUUID(),
        }),
      ])
      expect([paid.status, voided.status].sort()).toEqual(['fulfilled', 'rejected'])
    }
    // Paid in part, the purchase would still let itself be voided: only the invoice's row keeps the two apart.
    for (let round = 0; round < 5; round++) {
      const invoice = await makeInvoice(db, hotel)
      const input = { tenantId: invoice.tenantId, id: invoice.id, body: { reason: '取り違えのため' } }
      const tries = await Promise.allSettled([
        record(aiko, { amountYen: 500, allocations: [to(invoice, 500)] }),
        voidInvoice(ken, db, { ...input, idempotencyKey: randomUUID() }),
      ])
      const refused = tries.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
      expect(refused).toMatchObject([{ code: expect.stringMatching(/^INVOICE_(SETTLED|NOT_VOIDABLE)$/) as string }])
    }
    await expectRightSums()
    await rightBooks(db, hotel.tenant.id)
  })
})

it('an invoice that was voided is no longer asked for: the hotel is told, once', async () => {
  const hotel = await newHotel()
  const invoice = await makeInvoice(db, hotel)
  const idempotencyKey = randomUUID()
  const input = { tenantId: invoice.tenantId, id: invoice.id, body: { reason: '宛名の誤りのため' }, idempotencyKey }
  await voidInvoice(aiko, db, input)
  await voidInvoice(aiko, db, input)
  const { rows } = await db.owner.query<{ subject: string; recipients: { email: string }[] }>(
    `SELECT subject, recipients FROM mail_messages WHERE tenant_id = $1 AND kind = 'invoiceVoided'`,
    [hotel.tenant.id],
  )
  expect(rows).toHaveLength(1)
  expect(rows[0]?.subject).toContain(invoice.invoiceNumber)
  expect(rows[0]?.recipients.map(({ email }) => email)).toContain(hotel.people.OWNER.email)
})

it('leaves nothing half when the database goes away in the middle', async () => {
  const hotel = await newHotel()
  const invoice = await makeInvoice(db, hotel)
  const given = body({ amountYen: invoice.totalYen, allocations: [to(invoice)] })
  const key = randomUUID()
  // Somebody holds the account: the transfer is written and its invoice paid, but the credits wait.
  const holder = await db.owner.connect()
  try {
    await holder.query('BEGIN')
    await holder.query('SELECT FROM ai_credit_accounts WHERE tenant_id = $1 FOR UPDATE', [hotel.tenant.id])
    const broken = record(aiko, given, key).then(
      () => null,
      (error: unknown) => error,
    )
    const pid = await until('the transfer to wait for the account', async () => {
      const { rows } = await db.pool.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%purchase_apply%'`,
      )
      return rows[0]?.pid
    })
    await db.pool.query('SELECT pg_terminate_backend($1)', [pid])
    expect(await broken).toBeInstanceOf(Error)
  } finally {
    await holder.query('ROLLBACK')
    holder.release()
  }
  const { invoices, transfers } = await moneyOf(db, [hotel.tenant.id])
  expect(invoices).toMatchObject([{ paid_yen: 0, status: 'ISSUED', purchase_status: 'AWAITING_TRANSFER', granted: 0 }])
  const before = transfers.length
  const again = await record(aiko, given, key)
  expect(again.invoices[0]).toMatchObject({ openYen: 0, creditsGranted: packages.middle.credits })
  expect((await moneyOf(db, [])).transfers).toHaveLength(before + 1)
  await expectRightSums()
})

it('records a file’s lines each on its own, and the same file again adds nothing', async () => {
  const hotel = await newHotel()
  const [paid, open] = [await makeInvoice(db, hotel), await makeInvoice(db, hotel, { pack: 'small' })]
  const lines = [
    body({ amountYen: paid.totalYen, allocations: [to(paid)] }),
    body({ amountYen: 500, allocations: [to(open, 501)] }),
    body({ amountYen: 900 }),
  ]
  const send = () => recordTransfers(aiko, db, { body: { lines }, idempotencyKey: randomUUID() })
  const first = await send()
  expect(first.results).toMatchObject([
    { outcome: 'RECORDED' },
    { outcome: 'REFUSED', code: 'TRANSFER_SPENT' },
    { outcome: 'RECORDED' },
  ])
  const count = (await moneyOf(db, [])).transfers.length
  const second = await send()
  expect(second.results.map((one) => ('code' in one ? one.code : one.outcome))).toEqual([
    'INVOICE_SETTLED',
    'TRANSFER_SPENT',
    'TRANSFER_KNOWN',
  ])
  expect((await moneyOf(db, [])).transfers).toHaveLength(count)
  await expectRightSums()
})

it('reads a bank’s file: what is known, what is doubtful, what the rest would pay', async () => {
  const hotel = await newHotel()
  const [named, alike] = [await makeInvoice(db, hotel), await makeInvoice(db, hotel, { pack: 'large' })]
  await record(aiko, { amountYen: 4321, payerName: 'カ)キロクズミ' })
  const day = today.replaceAll('-', '/')
  const file = [
    '取引日,入金額,摘要,メモ',
    `${day},4321,ｶ)ｷﾛｸｽﾞﾐ,`,
    `${day},4321,ｶ)ｷﾛｸｽﾞﾐ,ベツノバンゴウ`,
    `${day},5000,${named.invoiceNumber} ヤド,`,
    `${day},${alike.totalYen},${hotel.tenant.name},`,
    `${day},4321,ｶ)ｷﾛｸｽﾞﾐ,`,
  ].join('\n')
  const preview = await previewBankFile(ken, db, Buffer.from(file))
  expect(preview).toMatchObject({
    format: 'CSV',
    problems: [],
    lines: [
      { known: { recordedBy: 'Operator' }, isDoubtful: false, shares: [] },
      { known: null, isDoubtful: true, reason: 'NOTHING_FITS' },
      { reason: 'INVOICE_NUMBER', shares: [{ invoiceId: named.id, amountYen: 5000, openYen: named.totalYen }] },
      { reason: 'PAYER_AND_AMOUNT', shares: [{ invoiceId: alike.id, amountYen: alike.totalYen }] },
      // The second of its kind in the file is another transfer.
      { known: null, occurrence: 2 },
    ],
  })
  await record(aiko, { amountYen: 5000, payerName: 'ヤド', allocations: [to(named, 5000)] })
  expect(await getInvoice(db, named.tenantId, named.id, new Date())).toMatchObject({
    openYen: named.totalYen - 5000,
    payments: [{ payerName: 'ヤド', amountYen: 5000, receivedOn: today, person: { name: 'Operator' } }],
  })
})

it('keeps the sums whatever operators do, one after the other or at once', async () => {
  const own = [await newHotel(), await newHotel(), await newHotel()]
  // One of them gets its credits before its money.
  await setCreditLimit(aiko, db, {
    tenantId: own[0]?.tenant.id ?? '',
    body: { invoiceCreditLimitYen: 1_000_000 },
    idempotencyKey: randomUUID(),
  })
  const invoices: TestInvoice[] = []
  const transfers: TransferOutcome[] = []
  const pick = <T>(list: T[], at: number): T | undefined => list[at % Math.max(1, list.length)]
  const allocationsOf = (parts: { at: number; yen: number }[]): Allocation[] => {
    const chosen = new Map<string, Allocation>()
    for (const { at, yen } of parts) {
      const invoice = pick(invoices, at)
      if (invoice) chosen.set(invoice.id, to(invoice, 1 + (yen % invoice.totalYen)))
    }
    return [...chosen.values()]
  }
  const part = fc.record({ at: fc.nat(30), yen: fc.nat(25_000) })
  const operation = fc.oneof(
    fc.record({ kind: fc.constant('issue' as const), hotel: fc.nat(2) }),
    fc.record({ kind: fc.constant('record' as const), yen: fc.nat(30_000), parts: fc.array(part, { maxLength: 3 }) }),
    fc.record({
      kind: fc.constant('allocate' as const),
      at: fc.nat(30),
      parts: fc.array(part, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('void' as const), at: fc.nat(30) }),
  )
  type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never
  const refusals = ['TRANSFER_SPENT', 'INVOICE_SETTLED', 'INVOICE_NOT_VOIDABLE']

  async function perform(one: Operation, ctx: Context): Promise<void> {
    if (one.kind === 'issue') {
      const hotel = pick(own, one.hotel)
      if (hotel) invoices.push(await makeInvoice(db, hotel, { pack: 'small' }))
    } else if (one.kind === 'record') {
      transfers.push(await record(ctx, { amountYen: 1 + one.yen, allocations: allocationsOf(one.parts) }))
    } else if (one.kind === 'allocate') {
      const [transfer, allocations] = [pick(transfers, one.at), allocationsOf(one.parts)]
      if (transfer && allocations.length > 0) await allocate(ctx, transfer.transferId, allocations)
    } else {
      const invoice = pick(invoices, one.at)
      if (invoice)
        await voidInvoice(ctx, db, { ...invoice, body: { reason: '試験のため' }, idempotencyKey: randomUUID() })
    }
  }
  const allowed = (error: unknown) => {
    if (!(error instanceof AppError && refusals.includes(error.code))) throw error
  }

  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(operation, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 6 }),
      async (rounds) => {
        for (const round of rounds) {
          await Promise.all(round.map((one, index) => perform(one, index % 2 ? ken : aiko).catch(allowed)))
          await expectRightSums()
        }
      },
    ),
    { numRuns: 15 },
  )
  for (const hotel of own) await rightBooks(db, hotel.tenant.id)
})
