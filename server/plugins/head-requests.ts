import { handlers } from '#nitro-internal-virtual/server-handlers'
import { lazyEventHandler } from 'h3'

/** HEAD of whatever the API gives to GET; Nitro's routes know only the method in their file's name. */
export default defineNitroPlugin((nitro) => {
  for (const { route, method, handler, lazy } of handlers) {
    if (method !== 'get' || !route.startsWith('/api/')) continue
    nitro.router.use(route, lazy ? lazyEventHandler(async () => (await handler()).default) : handler, 'head')
  }
})
