import { z } from 'zod'
import { buildOpenApi } from '../../utils/openapi'

export default definePublicApi({
  summary: 'This document: every route of the running server',
  tag: 'platform',
  response: z.record(z.string(), z.unknown()),
  handler: () => buildOpenApi(),
})
