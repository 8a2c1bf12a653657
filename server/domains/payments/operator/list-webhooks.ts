import { z } from 'zod'
import {
  webhookStatus,
  type Webhook,
  type WebhookDetail,
  type WebhooksQuery,
  type WebhooksResponse,
} from '#shared/schemas/operator'
import { decodeCursor, encodeCursor } from '../../../utils/cursor'
import type { Database } from '../../../utils/db'
import { notFound } from '../../../utils/errors'
import { anyOf, Conditions, contains, positionOf } from './conditions'

interface Row {
  id: string
  type: string
  status: string
  attempts: number
  error: string | null
  hotel: Webhook['hotel']
  object_id: string | null
  created_at: Date
  received_at: Date
  processed_at: Date | null
  at: number
}

const select = `
  SELECT w.id, w.type, w.status, w.attempts, w.error, w.object_id, w.created_at, w.received_at, w.processed_at,
         CASE WHEN t.id IS NOT NULL THEN jsonb_build_object('tenantId', t.id, 'name', t.name) END AS hotel,
         ${positionOf('w.received_at')}`
const source = 'webhook_events w LEFT JOIN tenants t ON t.id = w.hotel_tenant_id'

/** Stripe's ids are texts. */
const position = z.object({ at: z.number().int().min(0).max(8e15), id: z.string().max(200) })

/** The inbox, the latest first. */
export async function listWebhooks(db: Database, query: WebhooksQuery): Promise<WebhooksResponse> {
  const conditions = new Conditions()
    .add(query.status, (name) => `w.status = ${name}`)
    .add(query.type || undefined, (name) => `w.type = ${name}`)
    .add(
      query.search || undefined,
      anyOf(contains('w.id'), contains('w.object_id'), contains('t.name'), contains('w.error')),
    )
  const after = query.cursor ? decodeCursor(query.cursor, position) : null
  if (after) {
    const at = conditions.parameter(after.at)
    conditions.add(
      after.id,
      (id) => `(w.received_at, w.id) < (timestamptz 'epoch' + ${at}::bigint * interval '1 microsecond', ${id}::text)`,
    )
  }
  const limit = conditions.parameter(query.limit + 1)
  const [{ rows }, types, counts] = await Promise.all([
    db.jobs.query<Row>(
      `${select} FROM ${source} WHERE ${conditions.where} ORDER BY w.received_at DESC, w.id DESC LIMIT ${limit}`,
      conditions.values,
    ),
    db.jobs.query<{ type: string }>('SELECT DISTINCT type FROM webhook_events ORDER BY type'),
    db.jobs.query<WebhooksResponse['counts']>(
      `SELECT count(*) FILTER (WHERE status = 'FAILED')::int AS failed,
              count(*) FILTER (WHERE status = 'SET_ASIDE')::int AS "setAside",
              count(*) FILTER (WHERE status = 'RECEIVED')::int AS waiting
         FROM webhook_events WHERE status IN ('RECEIVED', 'SET_ASIDE', 'FAILED')`,
    ),
  ])
  const shown = rows.slice(0, query.limit)
  const last = shown.at(-1)
  return {
    events: shown.map(present),
    types: types.rows.map(({ type }) => type),
    counts: counts.rows[0] ?? { failed: 0, setAside: 0, waiting: 0 },
    nextCursor: rows.length > query.limit && last ? encodeCursor({ at: last.at, id: last.id }) : null,
  }
}

/** One event with what it carried. @throws NOT_FOUND */
export async function getWebhook(db: Database, id: string): Promise<WebhookDetail> {
  const { rows } = await db.jobs.query<Row & { payload: z.core.util.JSONType }>(
    `${select}, w.payload FROM ${source} WHERE w.id = $1`,
    [id],
  )
  const [row] = rows
  if (!row) throw notFound()
  return { ...present(row), payload: withoutSecrets(row.payload) }
}

/** Stripe's client secrets let whoever has them finish a payment: nobody reads them here. */
function withoutSecrets(value: z.core.util.JSONType): z.core.util.JSONType {
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      /secret/i.test(name) && part !== null ? '•••' : withoutSecrets(part),
    ]),
  )
}

function present(row: Row): Webhook {
  return {
    id: row.id,
    type: row.type,
    status: webhookStatus.parse(row.status),
    attempts: row.attempts,
    error: row.error,
    hotel: row.hotel,
    objectId: row.object_id,
    createdAt: row.created_at.toISOString(),
    receivedAt: row.received_at.toISOString(),
    processedAt: row.processed_at?.toISOString() ?? null,
  }
}
