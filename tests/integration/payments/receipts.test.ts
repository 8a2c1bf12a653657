import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyNews, newsOf } from '../../../server/domains/payments/apply-payment'
import { receiptPdf } from '../../../server/domains/payments/invoices/receipt'
import type { Context } from '../../../server/utils/context'
import { ownDatabase, type TestDatabase } from '../../support/database'
import { contextFor, makeHotel } from '../../support/hotel'
import { makeIssuer } from '../../support/payments'
import { intentEvent, openPurchase } from '../../support/purchases'

describe('the receipt of a purchase by card', () => {
  let db: TestDatabase
  let ctx: Context
  // Five minutes before and after midnight in Japan lies another day.
  const now = new Date('2026-12-31T15:05:00Z')
  beforeAll(async () => {
    db = await ownDatabase()
    ctx = contextFor(db, await makeHotel(db, { now: new Date('2026-12-01T00:00:00Z') }), { now })
  })
  afterAll(() => db.close())

  async function paid(): Promise<string> {
    const purchase = await openPurchase(ctx, { credits: 500 })
    const news = newsOf(intentEvent(purchase, 'payment_intent.succeeded').data.object)
    if (news) await applyNews(ctx, purchase.id, news, 'api')
    return purchase.id
  }
  const snapshotOf = async (id: string) =>
    (
      await db.owner.query<{ said: unknown }>('SELECT receipt_snapshot AS said FROM credit_purchases WHERE id = $1', [
        id,
      ])
    ).rows[0]?.said

  it('is not made out before there is an issuer', async () => {
    await expect(receiptPdf(ctx, await paid())).rejects.toMatchObject({ code: 'RECEIPT_NOT_AVAILABLE' })
    await makeIssuer(db)
  })

  it('says what was paid, of what rate and tax, on the day of the hotel’s own calendar', async () => {
    const id = await paid()
    const { filename, content } = await receiptPdf(ctx, id)
    expect(filename).toMatch(/^receipt-R-20270101-[0-9A-F]{8}\.pdf$/)
    expect(content.subarray(0, 5).toString()).toBe('%PDF-')
    expect(await snapshotOf(id)).toMatchObject({
      issuedOn: '2027-01-01',
      issuer: { registrationNumber: 'T9999999999999' },
      recipient: { name: ctx.tenant.name },
      taxes: [{ rate: 0.1, netYen: 5500, taxYen: 550 }],
      totalYen: 6050,
      paidBy: 'CARD',
    })
  })

  it('stays what it was when issuer and recipient change, and however many ask for it first', async () => {
    const id = await paid()
    const first = await Promise.all(Array.from({ length: 5 }, () => receiptPdf(ctx, id)))
    await db.owner.query(`UPDATE platform_billing SET issuer_name = 'another'`)
    const later = await receiptPdf(ctx, id)
    for (const { content } of first) expect(content.equals(later.content)).toBe(true)
  })

  it('is there for nothing that was not paid by card', async () => {
    const open = await openPurchase(ctx)
    await expect(receiptPdf(ctx, open.id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const other = contextFor(db, await makeHotel(db), { now })
    await expect(receiptPdf(other, await paid())).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
