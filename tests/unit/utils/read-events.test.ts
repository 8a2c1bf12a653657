import { ReadableStream as NodeStream } from 'node:stream/web'
import { expect, it } from 'vitest'
import { readEvents, type ServerEvent } from '../../../utils/read-events'

const stream = `: welcome

event: delta
data: {"text":"朝食"}

: still here

event: result
data: {"ok":true}

event: lost
data: {"cut`

it.each([1, 3, 7, 1000])('reads events from pieces of %i bytes, and none that was cut', async (size) => {
  const bytes = new TextEncoder().encode(stream)
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.slice(at * size, (at + 1) * size),
  )
  const events: ServerEvent[] = []
  for await (const event of readEvents(NodeStream.from(pieces) as ReadableStream<Uint8Array>)) events.push(event)
  expect(events).toEqual([
    { name: 'delta', data: { text: '朝食' } },
    { name: 'result', data: { ok: true } },
  ])
})
