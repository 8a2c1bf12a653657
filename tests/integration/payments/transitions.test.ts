import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { purchaseStatuses, type PurchaseStatus } from '#shared/schemas/payments'
import {
  applyNews,
  ownNews,
  type PaymentNews,
  type PurchaseEvent,
} from '../../../server/domains/payments/apply-payment'
import type { PurchaseRow } from '../../../server/domains/payments/new-purchase'
import type { Context } from '../../../server/utils/context'
import { expectRight, readBooks } from '../../support/books'
import { ownDatabase, type TestDatabase } from '../../support/database'
import { contextFor, makeHotel, type TestHotel } from '../../support/hotel'
import { intentIdOf, openPurchase } from '../../support/purchases'

const cardEvents: PurchaseEvent[] = ['requires_action', 'payment_failed', 'canceled', 'succeeded']
const invoiceEvents: PurchaseEvent[] = [
  'invoice_issued',
  'invoice_issued_on_credit',
  'transfer_received',
  'invoice_voided',
]

/** How each state is reached, by card and by invoice. */
const ways: Record<'card' | 'invoice', Partial<Record<PurchaseStatus, PurchaseEvent[]>>> = {
  card: {
    CREATED: [],
    REQUIRES_ACTION: ['requires_action'],
    FAILED: ['payment_failed'],
    CANCELED: ['canceled'],
    COMPLETED: ['succeeded'],
  },
  invoice: {
    CREATED: [],
    AWAITING_TRANSFER: ['invoice_issued'],
    ON_CREDIT: ['invoice_issued_on_credit'],
    CANCELED: ['invoice_issued', 'invoice_voided'],
    COMPLETED: ['invoice_issued', 'transfer_received'],
  },
}

/** What comes of an event, written down here a second time: a state, or nothing that may be. */
const expected: Record<
  'card' | 'invoice',
  Partial<Record<PurchaseStatus, Partial<Record<PurchaseEvent, PurchaseStatus>>>>
> = {
  card: {
    CREATED: {
      requires_action: 'REQUIRES_ACTION',
      payment_failed: 'FAILED',
      canceled: 'CANCELED',
      succeeded: 'COMPLETED',
    },
    REQUIRES_ACTION: {
      requires_action: 'REQUIRES_ACTION',
      payment_failed: 'FAILED',
      canceled: 'CANCELED',
      succeeded: 'COMPLETED',
    },
    FAILED: { requires_action: 'FAILED', payment_failed: 'FAILED', canceled: 'CANCELED', succeeded: 'COMPLETED' },
    CANCELED: {
      requires_action: 'CANCELED',
      payment_failed: 'CANCELED',
      canceled: 'CANCELED',
      succeeded: 'COMPLETED',
    },
    COMPLETED: {
      requires_action: 'COMPLETED',
      payment_failed: 'COMPLETED',
      canceled: 'COMPLETED',
      succeeded: 'COMPLETED',
    },
  },
  invoice: {
    CREATED: { invoice_issued: 'AWAITING_TRANSFER', invoice_issued_on_credit: 'ON_CREDIT' },
    AWAITING_TRANSFER: { transfer_received: 'COMPLETED', invoice_voided: 'CANCELED' },
    ON_CREDIT: { transfer_received: 'COMPLETED' },
    CANCELED: {},
    COMPLETED: {},
  },
}

describe('what may become of a purchase', () => {
  let db: TestDatabase
  let hotel: TestHotel
  let ctx: Context
  beforeAll(async () => {
    db = await ownDatabase()
    hotel = await makeHotel(db)
    ctx = contextFor(db, hotel)
  })
  afterAll(() => db.close())

  const news = (purchase: PurchaseRow, event: PurchaseEvent): PaymentNews =>
    cardEvents.includes(event)
      ? {
          ...ownNews(event),
          intentId: intentIdOf(purchase),
          customerId: purchase.stripeCustomerId,
          amountYen: purchase.totalYen,
          currency: 'jpy',
        }
      : ownNews(event)
  const statusOf = async ({ id }: PurchaseRow) =>
    (await db.owner.query<{ status: PurchaseStatus }>('SELECT status FROM credit_purchases WHERE id = $1', [id]))
      .rows[0]?.status

  async function purchaseIn(kind: 'card' | 'invoice', way: PurchaseEvent[]): Promise<PurchaseRow> {
    const purchase = await openPurchase(ctx, { paymentMethod: kind === 'card' ? 'stripe' : 'invoice' })
    for (const event of way) await applyNews(ctx, purchase.id, news(purchase, event), 'api')
    return purchase
  }

  it('is walked from every state by every event, the forbidden ones too', { timeout: 120_000 }, async () => {
    let [walked, forbidden] = [0, 0]
    for (const kind of ['card', 'invoice'] as const) {
      for (const [from, way] of Object.entries(ways[kind]) as [PurchaseStatus, PurchaseEvent[]][]) {
        for (const event of [...cardEvents, ...invoiceEvents]) {
          const purchase = await purchaseIn(kind, way)
          expect(await statusOf(purchase), `${kind} ${from}`).toBe(from)
          const to = expected[kind][from]?.[event]
          const { outcome } = await applyNews(ctx, purchase.id, news(purchase, event), 'api')
          const told = `${kind} ${from} + ${event}`
          expect(await statusOf(purchase), told).toBe(to ?? from)
          if (to) expect(outcome, told).toBe(to === from ? 'UNCHANGED' : 'APPLIED')
          else expect(['FORBIDDEN', 'MISMATCH'], told).toContain(outcome)
          walked++
          if (!to) forbidden++
        }
      }
    }
    expect({ walked, forbidden }).toEqual({ walked: 80, forbidden: 55 })
    expectRight(await readBooks(db, hotel.tenant.id))
  })

  it('cannot be passed by whoever writes the row directly', async () => {
    const allowed = new Set(
      (
        await db.owner.query<{ pair: string }>(
          `SELECT from_status || ' ' || to_status AS pair FROM credit_purchase_transitions`,
        )
      ).rows.map((row) => row.pair),
    )
    for (const way of Object.values({ ...ways.card, ...ways.invoice })) {
      const purchase = await purchaseIn(way.some((event) => invoiceEvents.includes(event)) ? 'invoice' : 'card', way)
      const from = await statusOf(purchase)
      for (const to of purchaseStatuses.filter((status) => status !== from && !allowed.has(`${from} ${status}`))) {
        await expect(
          db.owner.query('UPDATE credit_purchases SET status = $2 WHERE id = $1', [purchase.id, to]),
          `${from} → ${to}`,
        ).rejects.toMatchObject({ code: '23514', message: `a purchase does not go from ${from} to ${to}` })
      }
    }
  })

  it('leaves what was agreed as it was: no price of a purchase can be changed by the application', async () => {
    const { id } = await openPurchase(ctx)
    for (const column of [
      'total_yen',
      'price_yen',
      'credits_amount',
      'tax_yen',
      'package_id',
      'user_id',
      'created_at',
    ]) {
      await expect(
        ctx.db.transaction((tx) =>
          tx.$executeRawUnsafe(`UPDATE credit_purchases SET ${column} = ${column} WHERE id = '${id}'`),
        ),
        column,
      ).rejects.toThrow(/permission denied/)
    }
  })

  it('is what the diagram shows', async () => {
    const diagram = readFileSync(join(import.meta.dirname, '../../../docs/payments.md'), 'utf8')
    const drawn = [...diagram.matchAll(/^\s*(\w+) --> (\w+): (\w+)$/gm)].map(([, from, to, event]) => ({
      from,
      event,
      to,
    }))
    const { rows } = await db.owner.query<{ from: string; event: string; to: string }>(
      `SELECT from_status AS from, event, to_status AS to FROM credit_purchase_transitions WHERE from_status <> to_status`,
    )
    const sorted = (list: { from?: string; event?: string; to?: string }[]) =>
      list.map(({ from, event, to }) => `${from} --> ${to}: ${event}`).sort()
    expect(sorted(drawn)).toEqual(sorted(rows))
  })
})
