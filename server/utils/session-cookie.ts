import type { H3Event } from 'h3'
import { z } from 'zod'

/** The sealed cookie holds nothing but the random id of a row in `sessions`. */
const cookie = z.object({ secure: z.object({ sessionId: z.string() }) })

/** Unsealing one cookie costs more than all the rest of a request, and every request of a person brings the same. */
const unsealed = new Map<string, string>()
const rememberedAtMost = 10_000

/** Whether the session is still good the database says, at every request. */
export async function readSessionCookie(event: H3Event): Promise<string | null> {
  // Without the event: the settings of one request are a copy made anew.
  const sealed = getCookie(event, useRuntimeConfig().session.name ?? '')
  // Asked for the session of a visitor without one, the library would make one and set its cookie.
  if (!sealed) return null
  const known = unsealed.get(sealed)
  if (known) return known
  const parsed = cookie.safeParse(await getUserSession(event))
  if (!parsed.success) return null
  remember(sealed, parsed.data.secure.sessionId)
  return parsed.data.secure.sessionId
}

function remember(sealed: string, sessionId: string): void {
  const [oldest] = unsealed.keys()
  if (oldest !== undefined && unsealed.size >= rememberedAtMost) unsealed.delete(oldest)
  unsealed.set(sealed, sessionId)
}

/** A new cookie, never the old one with new contents. */
export async function writeSessionCookie(event: H3Event, sessionId: string): Promise<void> {
  await replaceUserSession(event, { secure: { sessionId } })
}

export async function clearSessionCookie(event: H3Event): Promise<void> {
  await clearUserSession(event)
}
