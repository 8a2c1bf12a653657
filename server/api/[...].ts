import { z } from 'zod'
import { notFound } from '../utils/errors'

/** What no route answers: the same error body as everywhere. */
export default definePublicApi({
  summary: 'Unknown path',
  tag: 'platform',
  response: z.never(),
  handler: async () => {
    throw notFound()
  },
})
