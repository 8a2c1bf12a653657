import { z } from 'zod'
import { useRuntime } from '../../utils/runtime'

/** Comments keep proxies from closing a quiet stream. */
const heartbeatMs = 25_000

export default defineApi({
  summary: 'Server-sent events: what happens in the hotel, as it happens',
  tag: 'events',
  permission: 'dashboard.view',
  produces: 'text/event-stream',
  response: z.string(),
  handler: async ({ ctx, event }) => {
    setResponseHeader(event, 'Content-Type', 'text/event-stream')
    setResponseHeader(event, 'X-Accel-Buffering', 'no')
    const encoder = new TextEncoder()
    let stop = () => {}
    return new ReadableStream<Uint8Array>({
      start(controller) {
        const send = (chunk: string) => controller.enqueue(encoder.encode(chunk))
        const unsubscribe = useRuntime().live.subscribe(ctx.tenantId, ({ id, eventType, payload }) =>
          send(`id: ${id}\nevent: ${eventType}\ndata: ${JSON.stringify(payload)}\n\n`),
        )
        const heartbeat = setInterval(() => send(': still here\n\n'), heartbeatMs)
        stop = () => {
          unsubscribe()
          clearInterval(heartbeat)
        }
        ctx.signal.addEventListener('abort', () => {
          stop()
          // The person is gone, or the server stops: either way there is nobody to tell.
          try {
            controller.close()
          } catch (error) {
            if (!(error instanceof TypeError)) throw error
          }
        })
        send('retry: 2000\n: welcome\n\n')
      },
      cancel: () => stop(),
    })
  },
})
