import { executeBody, executeResponse } from '#shared/schemas/ai'
import { executeFunction } from '../../../domains/ai/execute-function'
import { answerWithEvents, wantsEventStream } from '../../../utils/event-stream'

export default defineApi({
  summary:
    'Run an AI function and charge what it took; with Accept: text/event-stream the answer comes as it is written',
  tag: 'ai',
  permission: 'ai.run',
  idempotent: true,
  body: executeBody,
  produces: 'text/event-stream',
  response: executeResponse,
  handler: ({ ctx, event, body, idempotencyKey }) => {
    const input = { body, idempotencyKey }
    if (!wantsEventStream(event)) return executeFunction(ctx, input)
    return answerWithEvents(event, ctx, ({ open, send }) =>
      executeFunction(ctx, input, {
        onStart: (executionId) => {
          open()
          send('start', { executionId })
        },
        onSources: (sources) => send('sources', { sources }),
        onText: (text) => send('delta', { text }),
      }),
    )
  },
})
