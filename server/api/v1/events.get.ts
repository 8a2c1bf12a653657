import { z } from 'zod'
import { isSessionOf } from '../../domains/identity/sessions'
import { AppError } from '../../utils/errors'
import { logger } from '../../utils/logger'
import { useRuntime } from '../../utils/runtime'
import { readSessionCookie } from '../../utils/session-cookie'

/** Comments keep proxies from closing a quiet stream; as often it is asked whether its session still is one. */
const heartbeatMs = 15_000

export default defineApi({
  summary: 'Server-sent events: what happens in the hotel, as it happens, for as long as the session lasts',
  tag: 'events',
  permission: 'dashboard.view',
  produces: 'text/event-stream',
  response: z.string(),
  handler: async ({ ctx, event }) => {
    const sessionId = await readSessionCookie(event)
    if (!sessionId) throw new AppError('UNAUTHENTICATED')
    setResponseHeader(event, 'Content-Type', 'text/event-stream')
    setResponseHeader(event, 'X-Accel-Buffering', 'no')
    const { db, live } = useRuntime()
    const encoder = new TextEncoder()
    let stop = () => {}
    return new ReadableStream<Uint8Array>({
      start(controller) {
        const send = (chunk: string) => controller.enqueue(encoder.encode(chunk))
        const stillHere = async () => {
          if (!(await isSessionOf(db, sessionId, ctx.tenantId, new Date()))) end()
          else if (!isOver) send(': still here\n\n')
        }
        let isOver = false
        const unsubscribe = live.subscribe(ctx.tenantId, ({ id, eventType, payload }) =>
          send(`id: ${id}\nevent: ${eventType}\ndata: ${JSON.stringify(payload)}\n\n`),
        )
        const heartbeat = setInterval(() => {
          stillHere().catch((err: unknown) => {
            // A database that is away for a moment has revoked nothing: the next heartbeat asks again.
            logger.warn({ err, requestId: ctx.requestId }, 'session of an event stream not checked')
          })
        }, heartbeatMs)
        const forget = live.endWith(sessionId, () => end())
        stop = () => {
          isOver = true
          unsubscribe()
          forget()
          clearInterval(heartbeat)
          ctx.signal.removeEventListener('abort', end)
        }
        // The session has ended, the person is gone, or the server stops.
        const end = () => {
          if (isOver) return
          stop()
          controller.close()
        }
        ctx.signal.addEventListener('abort', end)
        send('retry: 2000\n: welcome\n\n')
        if (ctx.signal.aborted) end()
      },
      cancel: () => stop(),
    })
  },
})
