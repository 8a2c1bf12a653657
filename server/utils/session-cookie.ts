import type { H3Event } from 'h3'
import { z } from 'zod'

/** The sealed cookie holds nothing but the random id of a row in `sessions`. */
const cookie = z.object({ secure: z.object({ sessionId: z.string() }) })

export async function readSessionCookie(event: H3Event): Promise<string | null> {
  // Asked for the session of a visitor without one, the library would make one and set its cookie.
  if (!getCookie(event, useRuntimeConfig(event).session.name ?? '')) return null
  const parsed = cookie.safeParse(await getUserSession(event))
  return parsed.success ? parsed.data.secure.sessionId : null
}

/** A new cookie, never the old one with new contents. */
export async function writeSessionCookie(event: H3Event, sessionId: string): Promise<void> {
  await replaceUserSession(event, { secure: { sessionId } })
}

export async function clearSessionCookie(event: H3Event): Promise<void> {
  await clearUserSession(event)
}
