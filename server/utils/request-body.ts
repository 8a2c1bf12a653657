import type { H3Event } from 'h3'
import type { z } from 'zod'
import { AppError } from './errors'
import { refusedBy, requireReadable } from './invalid-input'

/** Bodies of JSON routes; files have their own limit. */
const maxBodyBytes = 256 * 1024

/** @throws INVALID_INPUT with what is wrong, field by field */
export function check<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  requireReadable(value)
  const result = schema.safeParse(value, { reportInput: true })
  if (result.success) return result.data
  throw refusedBy(result.error)
}

const jsonType = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i

/** @throws UNSUPPORTED_MEDIA_TYPE, FILE_TOO_LARGE, INVALID_JSON */
export async function readJson(event: H3Event): Promise<unknown> {
  if (!jsonType.test(getHeader(event, 'content-type') ?? ''))
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', { accepted: 'application/json' })
  try {
    return JSON.parse((await readRaw(event)).toString('utf8'))
  } catch (error) {
    throw error instanceof SyntaxError ? new AppError('INVALID_JSON') : error
  }
}

/** The body as it was sent. @throws FILE_TOO_LARGE */
export async function readRaw(event: H3Event): Promise<Buffer> {
  if (Number(getHeader(event, 'content-length') ?? 0) > maxBodyBytes)
    throw new AppError('FILE_TOO_LARGE', { maxBytes: maxBodyBytes })
  let received = 0
  const parts: Buffer[] = []
  for await (const part of event.node.req as AsyncIterable<Buffer>) {
    received += part.length
    if (received > maxBodyBytes) throw new AppError('FILE_TOO_LARGE', { maxBytes: maxBodyBytes })
    parts.push(part)
  }
  return Buffer.concat(parts)
}
