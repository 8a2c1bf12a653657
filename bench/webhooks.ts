/**
 * npm run bench:webhooks
 *
 * Signed payment_intent.succeeded events a second at 16 clients, each of a purchase of its own, through our receipt
 * (signature, inbox, transition, grant, ledger, audit, outbox), beside bare inserts of the same rows through the pg
 * driver: as many rows in the same tables, in one transaction an event, with nothing decided. Rounds are interleaved,
 * medians compared. Then the invoice: milliseconds and bytes of its PDF.
 */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import Stripe from 'stripe'
import { openAccount } from '../server/domains/credits/open-account'
import { createHotel } from '../server/domains/identity/create-hotel'
import { renderInvoice } from '../server/domains/payments/invoices/render-invoice'
import { receiveStripeEvent } from '../server/domains/payments/webhooks/receive-event'
import type { Tenant } from '../server/utils/context'
import { createDatabase } from '../server/utils/db'
import { newId } from '../server/utils/ids'
import { benchDatabase } from './lib/database.mjs'
import { conclude, median, rounded } from './lib/figures.mjs'

const clients = 16
const hotelCount = 200
const rounds = 7
const eventsPerRound = 1500
const goal = 0.5
const secret = 'whsec_bench'

const database = await benchDatabase('webhooks')
process.env.DATABASE_APP_URL = database.appUrl
process.env.DATABASE_JOBS_URL = database.jobsUrl
process.env.STRIPE_WEBHOOK_SECRET = secret
const db = createDatabase({ appUrl: database.appUrl, jobsUrl: database.jobsUrl, poolSize: clients })
const bare = new pg.Pool({ connectionString: database.appUrl, max: clients })

interface Hotel {
  tenant: Tenant
  accountId: string
}

try {
  const hotels = await makeHotels()
  const ours: number[] = []
  const reference: number[] = []
  for (let round = -1; round < rounds; round++) {
    const sides = [
      async () => rate(await preparePurchases(hotels), receive),
      async () => rate(await preparePurchases(hotels), insertRows),
    ]
    const [first, second] = round % 2 ? [1, 0] : [0, 1]
    const rates: number[] = []
    for (const side of [first, second]) rates[side] = (await sides[side]?.()) ?? 0
    // The first round warms both.
    if (round < 0) continue
    ours.push(rates[0] ?? 0)
    reference.push(rates[1] ?? 0)
  }
  await measureInvoice()
  conclude({
    figure: `webhooks: events processed, ${clients} clients`,
    ours: median(ours),
    reference: median(reference),
    ratio: median(ours) / median(reference),
    goal: `>= ${goal}`,
    unit: 'events/s',
  })
} finally {
  await bare.end()
  await db.close()
  await database.stop()
}
process.exit()

interface Job {
  hotel: Hotel
  purchaseId: string
  body: string
  signature: string
}

/** @returns how many a second */
async function rate(jobs: Job[], handle: (job: Job) => Promise<void>): Promise<number> {
  const queue = jobs.values()
  const begin = performance.now()
  const client = async () => {
    for (const job of queue) await handle(job)
  }
  await Promise.all(Array.from({ length: clients }, client))
  return jobs.length / ((performance.now() - begin) / 1000)
}

async function receive({ body, signature }: Job): Promise<void> {
  await receiveStripeEvent(db, {
    body: Buffer.from(body),
    signature,
    now: new Date(),
    signal: new AbortController().signal,
  })
}

/** The rows that an event leaves behind, written as they are: one statement a row, one transaction an event. */
async function insertRows({ hotel: { tenant, accountId }, purchaseId, body }: Job): Promise<void> {
  const now = new Date()
  const [transaction, event] = [newId(), randomUUID()]
  const client = await bare.connect()
  const insert = (name: string, text: string, values: unknown[]) => client.query({ name, text, values })
  try {
    await insert(
      'b1',
      `INSERT INTO webhook_events (id, type, payload, object_id, status, created_at, received_at)
       VALUES ($1, 'payment_intent.succeeded', $2, $3, 'PROCESSED', $4, $4)`,
      [event, body, purchaseId, now],
    )
    await client.query('BEGIN')
    await insert('b2', 'SELECT bind_tenant($1::uuid)', [tenant.id])
    await insert(
      'b3',
      `INSERT INTO ai_credit_transactions (tenant_id, id, account_id, transaction_type, credits_amount, balance_after,
         cost_per_credit, total_cost_yen, reference_id, idempotency_key, created_at)
       VALUES ($1, $2, $3, 'PURCHASE', 100, 100, 12, 1200, $4, $5, $6)`,
      [tenant.id, transaction, accountId, purchaseId, `purchase:${purchaseId}`, now],
    )
    await insert(
      'b4',
      `INSERT INTO ai_credit_grants (tenant_id, id, account_id, source, granted, remaining, unit_price_yen, expires_at, priority, transaction_id, created_at)
       VALUES ($1, $2, $3, 'PURCHASE', 100, 100, 12, $4, 3, $5, $4)`,
      [tenant.id, newId(), accountId, now, transaction],
    )
    await insert(
      'b5',
      `UPDATE ai_credit_accounts SET current_balance = current_balance + 100, total_purchased_credits = total_purchased_credits + 100
        WHERE tenant_id = $1 AND id = $2`,
      [tenant.id, accountId],
    )
    await insert(
      'b6',
      `UPDATE credit_purchases SET status = 'COMPLETED', transaction_id = $3, granted_at = $4, expires_at = $4, paid_at = $4
        WHERE tenant_id = $1 AND id = $2`,
      [tenant.id, purchaseId, transaction, now],
    )
    await insert(
      'b7',
      `INSERT INTO system_events (tenant_id, id, event_type, source, action, after, created_at)
       VALUES ($1, $2, 'credits.purchase_completed', 'webhook', 'succeeded', '{"status":"COMPLETED"}', $3)`,
      [tenant.id, newId(), now],
    )
    for (const type of ['credits.granted', 'credits.purchase_completed']) {
      await insert(
        'b8',
        `INSERT INTO outbox_events (tenant_id, id, event_type, payload, created_at) VALUES ($1, $2, $3, '{"credits":100}', $4)`,
        [tenant.id, newId(), type, now],
      )
    }
    await client.query('COMMIT')
  } finally {
    client.release()
  }
}

/** Purchases of the smallest package, spread over the hotels, and the signed event of each. */
async function preparePurchases(hotels: Hotel[]): Promise<Job[]> {
  const now = new Date()
  const jobs = Array.from({ length: eventsPerRound }, (_, index): Job => {
    const hotel = hotels[index % hotels.length]
    if (!hotel) throw new Error('no hotels')
    const purchaseId = newId()
    const body = JSON.stringify(eventOf(hotel, purchaseId))
    return { hotel, purchaseId, body, signature: Stripe.webhooks.generateTestHeaderString({ payload: body, secret }) }
  })
  for (const hotel of hotels) {
    const own = jobs.filter((job) => job.hotel === hotel).map((job) => job.purchaseId)
    await db.forTenant(hotel.tenant.id).transaction(
      (tx) => tx.$executeRaw`
      INSERT INTO credit_purchases (tenant_id, id, account_id, package_id, payment_method, source, request_key, credits_amount,
        list_price_yen, discount_yen, price_yen, tax_rate, tax_yen, total_yen, stripe_customer_id, created_at, updated_at)
      SELECT ${hotel.tenant.id}::uuid, id, ${hotel.accountId}::uuid, '00000000-0000-7000-8000-000000000101', 'stripe', 'dashboard',
             id::text, 100, 1200, 0, 1200, 0.1, 120, 1320, 'cus_bench', ${now}, ${now}
        FROM unnest(${own}::uuid[]) AS id`,
    )
  }
  return jobs
}

function eventOf(hotel: Hotel, purchaseId: string) {
  return {
    id: `evt_${randomUUID().replaceAll('-', '')}`,
    object: 'event',
    type: 'payment_intent.succeeded',
    created: Math.floor(Date.now() / 1000),
    data: {
      object: {
        id: `pi_${purchaseId.replaceAll('-', '')}`,
        object: 'payment_intent',
        status: 'succeeded',
        amount: 1320,
        amount_received: 1320,
        currency: 'jpy',
        customer: 'cus_bench',
        metadata: { purchase_id: purchaseId, tenant_id: hotel.tenant.id },
      },
    },
  }
}

async function makeHotels(): Promise<Hotel[]> {
  const now = new Date()
  return Promise.all(
    Array.from({ length: hotelCount }, async (_, index): Promise<Hotel> => {
      const id = newId()
      const tenant: Tenant = {
        id,
        name: `Bench ${index}`,
        timeZone: 'Asia/Tokyo',
        planCode: 'PROFESSIONAL',
        planName: 'PROFESSIONAL',
        features: [],
      }
      await createHotel(db, {
        tenant: { id, name: tenant.name, planCode: tenant.planCode, rooms: 10 },
        organization: { id: newId(), parentId: null },
        people: [],
        sharing: 'hotelIndependence',
        now,
      })
      return { tenant, accountId: await openAccount({ db: db.forTenant(id), tenant, now }) }
    }),
  )
}

async function measureInvoice(): Promise<void> {
  const line = (description: string, yen: number) => ({
    description,
    quantity: 1,
    unitPriceYen: yen,
    netYen: yen,
    taxRate: 0.1,
  })
  const snapshot = {
    invoiceNumber: '00012-2026-0003',
    issuedOn: '2026-11-21',
    dueOn: '2026-12-21',
    issuer: {
      name: 'ホテルメンバー株式会社',
      registrationNumber: 'T1234567890123',
      postalCode: '100-0001',
      address: '東京都千代田区千代田1-1',
      phone: '03-0000-0000',
      email: 'billing@example.jp',
    },
    recipient: { name: '海辺のリゾートホテル', email: null },
    lines: [line('AIクレジット 2,000', 24_000), line('まとめ買い割引', -4_000)],
    taxes: [{ rate: 0.1, netYen: 20_000, taxYen: 2_000 }],
    netYen: 20_000,
    taxYen: 2_000,
    totalYen: 22_000,
    bank: {
      bankName: '例示銀行',
      branch: '本店営業部',
      accountType: 'ORDINARY' as const,
      accountNumber: '1234567',
      accountHolder: 'ホテルメンバー(カ',
    },
  }
  const times: number[] = []
  let bytes = 0
  for (let run = 0; run < 25; run++) {
    const begin = performance.now()
    bytes = (await renderInvoice(snapshot)).length
    times.push(performance.now() - begin)
  }
  console.log(`invoice PDF: ${rounded(median(times))} ms (first ${rounded(times[0] ?? 0)} ms), ${bytes} bytes`)
}
