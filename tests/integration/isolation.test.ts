import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { reserveCredits } from '../../server/domains/credits/reserve-credits'
import { settleHold } from '../../server/domains/credits/settle-hold'
import { signIn, visitor, type Client } from '../support/client'
import { testDatabase } from '../support/database'
import { contextFor, makeHotel, type TestHotel } from '../support/hotel'
import { makeCard, makeInvoice } from '../support/payments'
import { openPurchase } from '../support/purchases'
import { fillEmptyTables, tenantTables } from '../support/rows'
import { runningServer, type TestServer } from '../support/server'
import { until } from '../support/until'

/** As much of JSON Schema as z.toJSONSchema writes for our routes. */
interface Schema {
  type?: string
  format?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  minItems?: number
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  allOf?: Schema[]
  minimum?: number
  minLength?: number
  default?: unknown
}
interface Operation {
  'x-least-role'?: string
  parameters: { name: string; in: 'path' | 'query' | 'header'; required: boolean; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}
type Paths = Record<string, Record<string, Operation>>

/** Where in a request an id stands: a path or query parameter, or a field of the body. */
interface Slot {
  method: string
  path: string
  operation: Operation
  place: 'path' | 'query' | 'body'
  at: string[]
}

const isId = (schema: Schema) => schema.format === 'uuid'
const alternatives = (schema: Schema): Schema[] => schema.anyOf ?? schema.allOf ?? []

/** The fields of a body that take an id, however deep. */
function idFields(schema: Schema, at: string[] = []): string[][] {
  if (isId(schema)) return [at]
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, part]) => idFields(part, [...at, name])),
    ...(schema.items ? idFields(schema.items, [...at, '0']) : []),
    ...alternatives(schema).flatMap((part) => idFields(part, at)),
  ]
}

/** A value that fits a schema, with `id` where `at` points to. */
function example(schema: Schema, at: string[] | null, id: string): unknown {
  if (at?.length === 0 && isId(schema)) return id
  if (isId(schema)) return randomUUID()
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  const fitting = at && alternatives(schema).find((part) => idFields(part).some((field) => field.join() === at.join()))
  const [first] = alternatives(schema)
  if (fitting ?? first) return example((fitting ?? first) as Schema, at, id)
  if (schema.properties) {
    const names = Object.keys(schema.properties).filter((name) => schema.required?.includes(name) || at?.[0] === name)
    return Object.fromEntries(
      names.map((name) => [name, example(schema.properties?.[name] ?? {}, at?.[0] === name ? at.slice(1) : null, id)]),
    )
  }
  if (schema.type === 'array') {
    const wanted = at?.[0] === '0' ? 1 : (schema.minItems ?? 0)
    return Array.from({ length: wanted }, () => example(schema.items ?? {}, at?.slice(1) ?? null, id))
  }
  if (schema.format === 'date') return '2031-01-01'
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(1, schema.minimum ?? 1)
  if (schema.type === 'boolean') return true
  return 'x'.repeat(Math.max(5, schema.minLength ?? 0))
}

describe('a hotel', () => {
  const db = testDatabase()
  let server: TestServer
  let other: TestHotel
  let client: Client
  let paths: Paths
  beforeAll(async () => {
    vi.stubEnv('DATABASE_APP_URL', db.urls.appUrl)
    vi.stubEnv('DATABASE_JOBS_URL', db.urls.jobsUrl)
    server = await runningServer()
    const mine = await makeHotel(db, { plan: 'ENTERPRISE' })
    client = await signIn(server.url, mine.people.OWNER.email)
    paths = ((await (await visitor(server.url)('/api/v1/openapi.json')).json()) as { paths: Paths }).paths

    other = await makeHotel(db, { plan: 'ENTERPRISE' })
    const ctx = contextFor(db, other)
    const { holdId } = await reserveCredits(ctx, { amount: 5, functionType: 'chatbot' })
    await settleHold(ctx, { holdId, amount: 5 })
    await openPurchase(ctx)
    await makeInvoice(db, other)
    await makeCard(db, other)
    await fillEmptyTables(db, other.tenant.id)
    await until('the other hotel’s events to be delivered', async () => {
      const { rows } = await db.owner.query('SELECT FROM outbox_events WHERE tenant_id = $1 AND delivered_at IS NULL', [
        other.tenant.id,
      ])
      return rows.length === 0
    })
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await server.stop()
    await db.close()
  })

  /** Every id that occurs in the other hotel's rows, and those of its persons and its place. */
  async function foreignIds(): Promise<string[]> {
    const ids = new Set([
      other.tenant.id,
      other.organizationId,
      ...Object.values(other.people).map((person) => person.id),
    ])
    for (const { name, idColumns } of await tenantTables(db)) {
      const { rows } = await db.owner.query<Record<string, string | null>>(
        `SELECT ${idColumns.join(', ')} FROM ${name} WHERE tenant_id = $1 LIMIT 20`,
        [other.tenant.id],
      )
      expect(rows.length, `rows of ${name}`).toBeGreaterThan(0)
      for (const row of rows) for (const value of Object.values(row)) if (value) ids.add(value)
    }
    return [...ids]
  }

  async function checksums(): Promise<Record<string, string>> {
    const sums: Record<string, string> = {}
    for (const { name } of await tenantTables(db)) {
      const { rows } = await db.owner.query<{ sum: string }>(
        `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') AS sum FROM ${name} t WHERE tenant_id = $1`,
        [other.tenant.id],
      )
      sums[name] = rows[0]?.sum ?? ''
    }
    return sums
  }

  function slots(): Slot[] {
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        // The operator's routes are about other hotels; their rights have a test of their own.
        .filter(([, operation]) => operation['x-least-role'] !== 'SUPER_ADMIN')
        .flatMap(([method, operation]) => {
          const slot = { method, path, operation }
          const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema ?? {}
          return [
            ...operation.parameters
              .filter((one) => one.in === 'path' || (one.in === 'query' && isId(one.schema)))
              .map((one) => ({ ...slot, place: one.in as 'path' | 'query', at: [one.name] })),
            ...idFields(body).map((at) => ({ ...slot, place: 'body' as const, at })),
          ]
        }),
    )
  }

  async function ask(
    { method, path, operation, place, at }: Slot,
    id: string,
  ): Promise<{ status: number; body: string }> {
    let url = path
    const query = new URLSearchParams()
    for (const { name, in: where, required, schema } of operation.parameters) {
      const isSlot = place === where && at[0] === name
      const value = isSlot ? id : String(example(schema, null, id))
      if (where === 'path') url = url.replace(`{${name}}`, value)
      if (where === 'query' && (required || isSlot)) query.set(name, value)
    }
    const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? []
    const value = content && example(content.schema, place === 'body' ? at : null, id)
    const headers: Record<string, string> = { 'idempotency-key': randomUUID() }
    let body: BodyInit | undefined
    if (type === 'multipart/form-data') {
      const form = new FormData()
      for (const [name, part] of Object.entries(value as Record<string, unknown>))
        form.set(name, name === 'file' ? new Blob(['a,b\n1,2\n']) : String(part))
      body = form
    } else if (type) {
      headers['content-type'] = type
      body = JSON.stringify(value)
    }
    const answer = await client(`${url}?${query}`, { method: method.toUpperCase(), headers, body })
    const text = await answer.text()
    // What is ours and new at every request is not what is compared.
    const same = text
      .replaceAll(id, '<the id>')
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, '<id>')
      .replaceAll(/"\d{4}-\d\d-\d\dT[^"]+"/g, '<instant>')
    return { status: answer.status, body: answer.ok ? same.replaceAll(/\d+(\.\d+)?/g, '#') : same }
  }

  it('has every route in the document that this test reads', () => {
    const folder = join(import.meta.dirname, '../../server/api')
    // The files without a method answer what is no route (server/utils/unknown-path.ts).
    const routes = readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((file) => {
      const [, path, method] = /^(.*?)\.(get|post|put|patch|delete)\.ts$/.exec(file) ?? []
      if (path === undefined) return []
      return [`${method} /api/${path.replace(/(^|\/)index$/, '').replaceAll(/\[(\w+)\]/g, '{$1}')}`]
    })
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    )
    expect(documented.sort()).toEqual(routes.sort())
  })

  it(
    'gets for another hotel’s ids exactly what it gets for ids that do not exist, and changes nothing there',
    { timeout: 240_000 },
    async () => {
      const before = await checksums()
      const ids = await foreignIds()
      const places = slots()
      expect(places.length).toBeGreaterThan(3)
      for (const slot of places) {
        const name = `${slot.method} ${slot.path} ${slot.place} ${slot.at.join('.')}`
        const nothing = await ask(slot, randomUUID())
        if (slot.place === 'path') expect(nothing.status, `${name}: ${nothing.body}`).toBe(404)
        expect(nothing.status, `${name}: ${nothing.body}`).toBeLessThan(500)
        for (const id of ids) expect(await ask(slot, id), `${name} = ${id}`).toEqual(nothing)
      }
      expect(await checksums()).toEqual(before)
    },
  )
})
