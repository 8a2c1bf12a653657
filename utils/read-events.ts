/** One server-sent event: its name and its JSON. */
export interface ServerEvent {
  name: string
  data: unknown
}

/** Reads server-sent events from the body of an answer, for requests that EventSource cannot make (POST). */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
  let pending = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const blocks = (pending + value).split('\n\n')
      pending = blocks.pop() ?? ''
      for (const block of blocks) {
        const event = parseEvent(block)
        if (event) yield event
      }
    }
  } finally {
    reader.releaseLock()
  }
}

/** A block of lines; null for a comment, which only keeps the connection alive. */
function parseEvent(block: string): ServerEvent | null {
  const fields = block.split('\n').map((line) => line.match(/^(\w+): ?(.*)$/))
  const valuesOf = (name: string) => fields.flatMap((field) => (field?.[1] === name ? [field[2] ?? ''] : []))
  const data = valuesOf('data')
  return data.length > 0 ? { name: valuesOf('event')[0] ?? 'message', data: JSON.parse(data.join('\n')) } : null
}
