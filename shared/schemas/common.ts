import { z } from 'zod'

/** No hotel has business outside of these centuries. */
export const earliestDay = '1900-01-01'
export const latestDay = '2199-12-31'
/** 'YYYY-MM-DD', a calendar day in the tenant's time zone. */
export const isoDate = z.iso
  .date()
  .refine((day) => day >= earliestDay && day <= latestDay, { params: { problem: 'century' } })
/** UTC instant, ISO 8601. */
export const instant = z.iso.datetime()
export const id = z.uuid()

/** The answer to every refused request; `message` is in the user's language. */
export const errorResponse = z.object({
  error: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
  requestId: z.string(),
  retryAfter: z.number().int().optional().describe('seconds, with status 429'),
})
export type ErrorResponse = z.infer<typeof errorResponse>

/** Paging by an opaque cursor: `cursor` is the `nextCursor` of the page before. */
export const pageQuery = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** Of a path that ends in an id. */
export const idParams = z.object({ id })
