import { z } from 'zod'
import { refuseUnknown } from '../utils/unknown-path'

/** What no route answers: the same error body as everywhere. */
export default definePublicApi({
  summary: 'Unknown path, or a method it does not have',
  tag: 'platform',
  response: z.never(),
  handler: async ({ event }) => refuseUnknown(event),
})
