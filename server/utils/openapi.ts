import { handlers } from '#nitro-internal-virtual/server-handlers'
import { z } from 'zod'
import { errorResponse } from '#shared/schemas/common'
import { requiredRole } from '#shared/utils/rights'
import type { AnyDeclaration, ApiHandler } from './define-api'

type Json = Record<string, unknown>

let document: Promise<Json> | undefined

/** The OpenAPI 3.1 document, from the declarations of the routes that Nitro serves. */
export function buildOpenApi(): Promise<Json> {
  document ??= build()
  return document
}

async function build(): Promise<Json> {
  const paths: Record<string, Json> = {}
  for (const { route, method, handler, lazy } of handlers) {
    if (!route.startsWith('/api/') || !method || !lazy) continue
    const { declaration } = (await handler()).default as Partial<ApiHandler>
    // A module's own route (nuxt-auth-utils, icons) is none of ours.
    if (!declaration) continue
    const path = route.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [method]: operation(declaration) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'hotel-member CRM', version: '1' },
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      schemas: { Error: jsonSchema(errorResponse, 'output') },
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: '__Host-session' } },
    },
  }
}

function operation(declaration: AnyDeclaration): Json {
  const { permission } = declaration
  const isPublic = permission === 'public'
  return {
    summary: declaration.summary,
    tags: [declaration.tag],
    ...(isPublic ? { security: [] } : { security: [{ session: [] }], 'x-least-role': requiredRole(permission) }),
    parameters: [
      ...parameters(declaration.params, 'path'),
      ...parameters(declaration.query, 'query'),
      ...(declaration.idempotent
        ? [{ name: 'Idempotency-Key', in: 'header', required: true, schema: { type: 'string', maxLength: 200 } }]
        : []),
    ],
    ...(declaration.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: jsonSchema(declaration.body, 'input') } },
      },
    }),
    ...(declaration.upload && {
      requestBody: {
        required: true,
        content: { 'multipart/form-data': { schema: jsonSchema(declaration.upload, 'input') } },
      },
    }),
    responses: {
      [declaration.status ?? 200]: {
        description: 'success',
        content: {
          ...(declaration.produces && { [declaration.produces]: { schema: { type: 'string' } } }),
          ...(declaration.produces === 'text/csv'
            ? {}
            : { 'application/json': { schema: jsonSchema(declaration.response, 'output') } }),
        },
      },
      default: {
        description: 'refusal',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  }
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (!schema) return []
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }))
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}
