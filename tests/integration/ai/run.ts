import { randomUUID } from 'node:crypto'
import { executeResponse, type ExecuteResponse } from '#shared/schemas/ai'
import { errorResponse } from '#shared/schemas/common'
import { addKnowledgeSections } from '../../../server/domains/ai/knowledge/add-sections'
import { releaseHold } from '../../../server/domains/credits/release-hold'
import { reserveCredits } from '../../../server/domains/credits/reserve-credits'
import { settleHold } from '../../../server/domains/credits/settle-hold'
import { resortKnowledge } from '../../../server/domains/demo/knowledge/resort'
import { readEvents, type ServerEvent } from '../../../utils/read-events'
import { signIn, type Client } from '../../support/client'
import type { TestDatabase } from '../../support/database'
import { contextFor, makeHotel, type TestHotel } from '../../support/hotel'

export interface Guest {
  hotel: TestHotel
  client: Client
}

/** A hotel with the resort's knowledge base, and its manager signed in. */
export async function hotelWithKnowledge(db: TestDatabase, baseUrl: string): Promise<Guest> {
  const hotel = await makeHotel(db)
  await addKnowledgeSections(contextFor(db, hotel), resortKnowledge)
  return { hotel, client: await signIn(baseUrl, hotel.people.MANAGER.email) }
}

export const question = (input = '朝食は何時ですか', parameters: object = {}) => ({
  functionType: 'chatbot',
  parameters: { input, ...parameters },
})

interface Options {
  key?: string
  stream?: boolean
  signal?: AbortSignal
}

export function execute(
  client: Client,
  json: unknown,
  { key = randomUUID(), stream, signal }: Options = {},
): Promise<Response> {
  const accept: Record<string, string> = stream ? { accept: 'text/event-stream' } : {}
  return client('/api/v1/ai/execute', { json, signal, headers: { 'idempotency-key': key, ...accept } })
}

export async function answerOf(response: Response): Promise<ExecuteResponse> {
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
  return executeResponse.parse(await response.json())
}

export async function refusalOf(
  response: Response,
): Promise<{ status: number; error: string; message: string; details: Record<string, unknown> }> {
  const { error, message, details } = errorResponse.parse(await response.json())
  return { status: response.status, error, message, details }
}

/** All events of a stream, or as many as until `enough` says so. */
export async function eventsOf(
  response: Response,
  enough: (event: ServerEvent) => boolean = () => false,
): Promise<ServerEvent[]> {
  const events: ServerEvent[] = []
  if (!response.body) return events
  for await (const event of readEvents(response.body)) {
    events.push(event)
    if (enough(event)) break
  }
  return events
}

/** Spends all but so many credits. */
export async function leaveCredits(db: TestDatabase, hotel: TestHotel, left: number): Promise<void> {
  const ctx = contextFor(db, hotel)
  const probe = await reserveCredits(ctx, { amount: 1, functionType: 'chatbot' })
  await releaseHold(ctx, probe.holdId)
  const amount = probe.available + 1 - left
  const { holdId } = await reserveCredits(ctx, { amount, functionType: 'chatbot' })
  await settleHold(ctx, { holdId, amount })
}

/** What the database keeps about a hotel's runs, newest first. */
export async function executionsOf(db: TestDatabase, hotel: TestHotel) {
  const { rows } = await db.owner.query<{
    id: string
    status: string
    error_code: string | null
    credits_charged: number
    transaction_id: string | null
    tokens_in: number | null
    tokens_out: number | null
    provider_cost_yen: string | null
    result: ExecuteResponse | null
  }>('SELECT * FROM ai_executions WHERE tenant_id = $1 ORDER BY created_at DESC, id DESC', [hotel.tenant.id])
  return rows
}
