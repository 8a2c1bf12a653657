import { env } from '../utils/env'

/** An unusable setting stops the server at its start, not at the first request that needs it. */
export default defineNitroPlugin(() => {
  env()
})
