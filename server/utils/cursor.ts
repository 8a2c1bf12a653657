import type { z } from 'zod'
import { AppError } from './errors'

/** Opaque to the client: where a page ended. */
export function encodeCursor(position: object): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/** @throws INVALID_INPUT for what no page gave out */
export function decodeCursor<S extends z.ZodType>(cursor: string, schema: S): z.output<S> {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch {
    throw new AppError('INVALID_INPUT', { issues: [{ path: 'cursor', message: 'unknown' }], first: 'cursor' })
  }
}
