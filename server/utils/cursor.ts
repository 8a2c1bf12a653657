import { z } from 'zod'
import { invalidInput } from './invalid-input'

/** Where a page by time ended; `at` in microseconds since 1970, as exact as the database's order. */
export const instantPosition = z.object({ at: z.number().int().min(0).max(8e15), id: z.uuid() })

/** Opaque to the client: where a page ended. */
export function encodeCursor(position: object): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/** @throws INVALID_INPUT for what no page gave out */
export function decodeCursor<S extends z.ZodType>(cursor: string, schema: S): z.output<S> {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch {
    throw invalidInput([{ path: 'cursor', problem: 'cursor' }])
  }
}
