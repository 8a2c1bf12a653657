import { z } from 'zod'
import { refuseUnknown } from '../utils/unknown-path'

/** The bare /api, which no pattern below it covers. */
export default definePublicApi({
  summary: 'Unknown path',
  tag: 'platform',
  response: z.never(),
  handler: async ({ event }) => refuseUnknown(event),
})
