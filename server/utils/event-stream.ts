import type { H3Event } from 'h3'
import type { Context } from './context'
import { errorBody, refusalOf } from './error-map'

/** Comments keep proxies from closing a stream while nothing comes. */
const heartbeatMs = 15_000

export interface EventStream {
  /** From here on the answer is a stream; a refusal before stays an ordinary HTTP error. */
  open(): void
  send(event: string, data: unknown): void
}

export const wantsEventStream = (event: H3Event): boolean =>
  getHeader(event, 'accept')?.toLowerCase().includes('text/event-stream') ?? false

/**
 * Answers with server-sent events: what `run` sends, then `result` with what it returns, or `error` with the body
 * that the refusal has everywhere. The stream outlives the request's signal: a run that was told to stop still
 * says how it ended.
 */
export async function answerWithEvents<T>(
  event: H3Event,
  ctx: Context,
  run: (stream: EventStream) => Promise<T>,
): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder()
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(
    undefined,
    { highWaterMark: Infinity },
    { highWaterMark: Infinity },
  )
  const writer = writable.getWriter()
  // The person has gone: there is nobody to tell, and the run itself hears it from its signal.
  const write = (chunk: string) => void writer.write(encoder.encode(chunk)).catch(() => {})
  const send = (name: string, data: unknown) => write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
  const heartbeat = setInterval(() => write(': still here\n\n'), heartbeatMs)

  let isOpen = false
  const ended = new Promise<void>((resolve, reject) => {
    const open = () => {
      isOpen = true
      write(': welcome\n\n')
      resolve()
    }
    run({ open, send })
      .then(
        (result) => {
          if (!isOpen) open()
          send('result', result)
        },
        (error: unknown) => {
          if (isOpen) send('error', errorBody(refusalOf(error, event, ctx), ctx))
          else reject(error)
        },
      )
      .finally(() => {
        clearInterval(heartbeat)
        return writer.close().catch(() => {})
      })
  })
  await ended
  setResponseHeader(event, 'Content-Type', 'text/event-stream')
  setResponseHeader(event, 'X-Accel-Buffering', 'no')
  return readable
}
