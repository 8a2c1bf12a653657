import { env } from '../utils/env'

/**
 * Whose request it is. A page that asks the API while it is rendered asks for its visitor: Nitro gives what stands
 * under `_platform` to the requests made inside of this one.
 */
export default defineEventHandler((event) => {
  // An IPv4 visitor of a dual-stack socket is written ::ffff:192.0.2.1.
  const clientAddress = getRequestIP(event, { xForwardedFor: env().TRUST_PROXY })?.replace(/^::ffff:/, '')
  Object.assign(event.context, { clientAddress, _platform: { clientAddress } })
})
