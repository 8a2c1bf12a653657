import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { invoiceSnapshot, type PurchaseBody } from '#shared/schemas/payments'
import { applyNews, ownNews } from '../../../server/domains/payments/apply-payment'
import { buyCredits } from '../../../server/domains/payments/buy-credits'
import { remindInvoices } from '../../../server/domains/payments/invoices/remind-invoices'
import { verifyPayments } from '../../../server/domains/payments/verify-payments'
import { expectRight, readBooks } from '../../support/books'
import { ownDatabase, type TestDatabase } from '../../support/database'
import { contextFor, makeHotel, type TestHotel } from '../../support/hotel'

const packageOf = (number: 101 | 102 | 103 | 104) => `00000000-0000-7000-8000-000000000${number}`

describe('a purchase by invoice', () => {
  let db: TestDatabase
  let hotel: TestHotel
  beforeAll(async () => {
    db = await ownDatabase()
    vi.stubEnv('DATABASE_APP_URL', db.urls.appUrl)
    vi.stubEnv('DATABASE_JOBS_URL', db.urls.jobsUrl)
    hotel = await makeHotel(db)
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await db.close()
  })

  const setIssuer = () =>
    db.owner.query(
      `INSERT INTO platform_billing (id, issuer_name, registration_number, postal_code, address, phone, email, bank_name, bank_branch,
         bank_account_type, bank_account_number, bank_account_holder, payment_term_days, updated_at)
       VALUES (1, '発行者株式会社', 'T9999999999999', '100-0001', '東京都', '03-0000-0000', 'billing@test.example', '例示銀行', '本店',
         'ORDINARY', '1234567', 'ハツコウシヤ', 30, now()) ON CONFLICT DO NOTHING`,
    )
  const setLimit = (yen: number, of = hotel) =>
    db.owner.query(
      `INSERT INTO billing_accounts (tenant_id, invoice_credit_limit_yen, updated_at) VALUES ($1, $2, now())
       ON CONFLICT (tenant_id) DO UPDATE SET invoice_credit_limit_yen = $2`,
      [of.tenant.id, yen],
    )
  const body = (number: 101 | 102 | 103 | 104 = 101): PurchaseBody => ({
    packageId: packageOf(number),
    paymentMethod: 'invoice',
    paymentDetails: { invoiceEmail: 'keiri@test.example' },
  })
  const buy = (options: { of?: TestHotel; now?: Date; number?: 101 | 102 | 103 | 104; key?: string } = {}) =>
    buyCredits(contextFor(db, options.of ?? hotel, { now: options.now }), {
      body: body(options.number),
      idempotencyKey: options.key ?? randomUUID(),
    })
  const invoicesOf = async (of = hotel) =>
    (
      await db.owner.query<{
        id: string
        year: number
        number: number
        invoice_number: string
        status: string
        total_yen: number
        purchase_id: string
        snapshot: unknown
        issued: string
        due: string
      }>(
        `SELECT *, issued_on::text AS issued, due_on::text AS due FROM invoices WHERE tenant_id = $1 ORDER BY year, number`,
        [of.tenant.id],
      )
    ).rows
  const mailsOf = async (kind: string, of = hotel) =>
    (
      await db.owner.query<{ subject: string; recipients: { email: string }[] }>(
        'SELECT subject, recipients FROM mail_messages WHERE tenant_id = $1 AND kind = $2 ORDER BY created_at',
        [of.tenant.id, kind],
      )
    ).rows

  it('is refused before the operator has entered an issuer', async () => {
    await expect(buy()).rejects.toMatchObject({ code: 'INVOICE_NOT_AVAILABLE' })
    expect(await invoicesOf()).toEqual([])
    await setIssuer()
  })

  // Price without tax, discount, tax rounded down once on the sum, total: to the yen.
  it.each([
    [101, 1200, 0, 120, 1320],
    [102, 5500, 500, 550, 6050],
    [103, 20_000, 4000, 2000, 22_000],
    [104, 90_000, 30_000, 9000, 99_000],
  ] as const)('of package %s costs %s yen less %s, %s tax, %s in all', async (number, net, discount, tax, total) => {
    const of = await makeHotel(db)
    const answer = await buy({ of, number })
    expect(answer).toMatchObject({
      purchase: { totalCost: total, creditsAdded: 0 },
      payment: { paymentStatus: 'pending' },
    })
    expect(answer.purchase.discount?.amount ?? 0).toBe(discount)
    const [invoice] = await invoicesOf(of)
    const snapshot = invoiceSnapshot.parse(invoice?.snapshot)
    expect(snapshot).toMatchObject({
      netYen: net,
      taxYen: tax,
      totalYen: total,
      taxes: [{ rate: 0.1, netYen: net, taxYen: tax }],
    })
    expect(snapshot.lines.reduce((sum, line) => sum + line.netYen, 0)).toBe(net)
    expect(await mailsOf('invoiceIssued', of)).toMatchObject([{ recipients: [{ email: 'keiri@test.example' }] }])
  })

  // The catalogue's prices divide by ten; a package of the operator's need not.
  it.each([
    [1205, 120, 1325],
    [9, 0, 9],
    [1, 0, 1],
    [99_999, 9999, 109_998],
  ])('of a package of %s yen has %s yen of tax, %s in all', async (price, tax, total) => {
    const of = await makeHotel(db)
    const id = randomUUID()
    await db.owner.query(
      `INSERT INTO ai_credit_packages (id, credits_amount, list_price_yen, price_yen, display_name, active, created_at, updated_at)
       VALUES ($1, 7, $2, $2, 'odd', true, now(), now())`,
      [id, price],
    )
    const ctx = contextFor(db, of)
    await buyCredits(ctx, { body: { ...body(), packageId: id }, idempotencyKey: randomUUID() })
    await db.owner.query('UPDATE ai_credit_packages SET active = false WHERE id = $1', [id])
    const snapshot = invoiceSnapshot.parse((await invoicesOf(of))[0]?.snapshot)
    expect(snapshot).toMatchObject({ netYen: price, taxYen: tax, totalYen: total })
  })

  it('is numbered without gaps and without twins when 30 are bought at once and some fail', async () => {
    const of = await makeHotel(db)
    const bought = await Promise.allSettled(
      Array.from({ length: 30 }, (_, index) =>
        index % 5 === 4
          ? buyCredits(contextFor(db, of), {
              body: { ...body(), packageId: randomUUID() },
              idempotencyKey: randomUUID(),
            })
          : buy({ of }),
      ),
    )
    expect(bought.filter((one) => one.status === 'rejected')).toHaveLength(6)
    const invoices = await invoicesOf(of)
    expect(invoices.map((invoice) => invoice.number)).toEqual(Array.from({ length: 24 }, (_, index) => index + 1))
    expect(new Set(invoices.map((invoice) => invoice.invoice_number)).size).toBe(24)
  })

  it('begins a new count with the year of the hotel’s own calendar', async () => {
    const of = await makeHotel(db)
    for (const now of ['2026-12-31T14:59:59Z', '2026-12-31T15:00:00Z', '2027-01-01T00:00:00Z']) {
      await buy({ of, now: new Date(now) })
    }
    expect((await invoicesOf(of)).map(({ year, number, issued, due }) => ({ year, number, issued, due }))).toEqual([
      { year: 2026, number: 1, issued: '2026-12-31', due: '2027-01-30' },
      { year: 2027, number: 1, issued: '2027-01-01', due: '2027-01-31' },
      { year: 2027, number: 2, issued: '2027-01-01', due: '2027-01-31' },
    ])
  })

  it('with one key is one purchase, one invoice and one mail', async () => {
    const of = await makeHotel(db)
    const key = randomUUID()
    const answers = await Promise.all(Array.from({ length: 10 }, () => buy({ of, key })))
    expect(new Set(answers.map((answer) => answer.purchase.transactionId)).size).toBe(1)
    expect(await invoicesOf(of)).toHaveLength(1)
    expect(await mailsOf('invoiceIssued', of)).toHaveLength(1)
  })

  it('grants at once up to the credit limit, and not beyond it however many are bought at once', async () => {
    const of = await makeHotel(db)
    await setLimit(4000, of)
    const before = (await readBooks(db, of.tenant.id)).account.current_balance
    await Promise.all(Array.from({ length: 8 }, () => buy({ of })))
    // 3 × 1,320 fit into 4,000.
    const books = await readBooks(db, of.tenant.id)
    expect(books.account.current_balance - before).toBe(300)
    expectRight(books)
    const { rows } = await db.owner.query<{ status: string; count: number }>(
      `SELECT status, count(*)::int FROM credit_purchases WHERE tenant_id = $1 GROUP BY status ORDER BY status`,
      [of.tenant.id],
    )
    expect(rows).toEqual([
      { status: 'AWAITING_TRANSFER', count: 5 },
      { status: 'ON_CREDIT', count: 3 },
    ])
  })

  it('reminds on days 1, 7, 14 and 30, each once, and blocks after 30', async () => {
    const of = await makeHotel(db)
    const issued = new Date('2026-10-01T03:00:00Z')
    await buy({ of, now: issued })
    const onDay = (days: number) => new Date(Date.UTC(2026, 9, 31, 0, 30) + days * 86_400_000)
    const signal = new AbortController().signal
    const reminded: number[] = []
    for (let day = -1; day <= 33; day++) {
      const before = (await mailsOf('invoiceOverdue', of)).length
      await Promise.all([remindInvoices(db, onDay(day), signal), remindInvoices(db, onDay(day), signal)])
      await remindInvoices(db, onDay(day), signal)
      const sent = (await mailsOf('invoiceOverdue', of)).length - before
      if (sent > 0) reminded.push(day)
      expect(sent, `day ${day}`).toBeLessThanOrEqual(1)
    }
    expect(reminded).toEqual([1, 7, 14, 30])
    await expect(buy({ of, now: onDay(30) })).resolves.toMatchObject({ payment: { paymentStatus: 'pending' } })
    await expect(buy({ of, now: onDay(31) })).rejects.toMatchObject({ code: 'INVOICE_OVERDUE' })
    // Paid: it opens again.
    const [overdue] = await invoicesOf(of)
    await db.owner.query(`UPDATE invoices SET status = 'PAID', paid_yen = total_yen, paid_at = now() WHERE id = $1`, [
      overdue?.id,
    ])
    await expect(buy({ of, now: onDay(31) })).resolves.toMatchObject({ payment: { paymentStatus: 'pending' } })
  })

  it('leaves nothing behind when it cannot be finished', async () => {
    const of = await makeHotel(db)
    await db.owner.query('ALTER FUNCTION purchase_apply RENAME TO purchase_apply_away')
    try {
      await expect(buy({ of })).rejects.toThrow()
    } finally {
      await db.owner.query('ALTER FUNCTION purchase_apply_away RENAME TO purchase_apply')
    }
    expect(await invoicesOf(of)).toEqual([])
    expect(await mailsOf('invoiceIssued', of)).toEqual([])
    await buy({ of })
    expect((await invoicesOf(of)).map((invoice) => invoice.number)).toEqual([1])
  })

  it('has books that are verified, and a difference is found', async () => {
    const of = await makeHotel(db)
    await buy({ of })
    const now = new Date(Date.now() + 60_000)
    // The invoice that a test above marked as paid by hand.
    await db.owner.query('DELETE FROM invoice_payments')
    await db.owner.query(`UPDATE invoices SET status = 'ISSUED', paid_yen = 0, paid_at = NULL`)
    expect((await verifyPayments(db, null, now)).differences).toEqual([])
    const [invoice] = await invoicesOf(of)
    const ctx = contextFor(db, of)
    await applyNews(ctx, String(invoice?.purchase_id), ownNews('transfer_received'), 'operator')
    expect((await verifyPayments(db, null, now)).differences).toMatchObject([
      { entity: 'purchase', entityId: invoice?.purchase_id, figure: 'invoice is paid' },
    ])
  })
})
