import { isIP } from 'node:net'
import type { H3Event } from 'h3'
import { env } from '../utils/env'

/**
 * Whose request it is. A page that asks the API while it is rendered asks for its visitor: Nitro gives what stands
 * under `_platform` to the requests made inside of this one.
 */
export default defineEventHandler((event) => {
  // An IPv4 visitor of a dual-stack socket is written ::ffff:192.0.2.1.
  const clientAddress = (forwardedFor(event) ?? getRequestIP(event))?.replace(/^::ffff:/, '')
  Object.assign(event.context, { clientAddress, _platform: { clientAddress } })
})

/** The last address is the one that our own proxy has seen; those before it are what the visitor claims. */
function forwardedFor(event: H3Event): string | undefined {
  const last = env().TRUST_PROXY ? getHeader(event, 'x-forwarded-for')?.split(',').at(-1)?.trim() : undefined
  return last && isIP(last) ? last : undefined
}
