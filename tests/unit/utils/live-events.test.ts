import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LiveStream, type LiveEvent } from '../../../utils/live-events'

/** The browser's stream, played by hand. */
class FakeSource {
  onopen: (() => void) | null = null
  onerror: (() => void) | null = null
  readyState = 0
  closed = false
  private readonly handlers = new Map<string, ((message: { data: string }) => void)[]>()

  addEventListener(type: string, handler: (message: { data: string }) => void) {
    this.handlers.set(type, [...(this.handlers.get(type) ?? []), handler])
  }
  close() {
    this.closed = true
  }
  say(type: string, payload: object) {
    this.handlers.get(type)?.forEach((handler) => handler({ data: JSON.stringify(payload) }))
  }
}

const closed = 2
let sources: FakeSource[]
let mayReopen: () => Promise<boolean>
let heard: LiveEvent[]

function stream() {
  return new LiveStream(
    () => {
      const source = new FakeSource()
      sources.push(source)
      return source as unknown as EventSource
    },
    () => mayReopen(),
  )
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', { CLOSED: closed })
  sources = []
  heard = []
  mayReopen = async () => true
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('LiveStream', () => {
  it('opens one stream for all listeners and tells each its own events', () => {
    const live = stream()
    live.connect()
    live.connect()
    live.on(['credits.charged'], (event) => heard.push(event))
    sources[0]?.say('credits.charged', { available: 172 })
    sources[0]?.say('reservations.imported', {})
    expect(sources).toHaveLength(1)
    expect(heard).toEqual([{ type: 'credits.charged', payload: { available: 172 } }])
  })

  it('tells nobody who has stopped listening', () => {
    const live = stream()
    live.connect()
    live.on(['credits.charged'], (event) => heard.push(event))()
    sources[0]?.say('credits.charged', {})
    expect(heard).toEqual([])
  })

  it('says nothing at the first opening, and that there was a gap after the browser came back', () => {
    const live = stream()
    live.connect()
    live.on(['credits.charged', 'credits.granted'], (event) => heard.push(event))
    sources[0]?.onopen?.()
    expect(heard).toEqual([])
    sources[0]?.onerror?.()
    sources[0]?.onopen?.()
    expect(heard).toEqual([{ type: 'reconnected', payload: {} }])
  })

  it('opens anew what the server closed, hears everybody again, and tells of the gap', async () => {
    const live = stream()
    live.connect()
    live.on(['credits.charged'], (event) => heard.push(event))
    const first = sources[0]
    if (first) first.readyState = closed
    first?.onerror?.()
    await vi.advanceTimersByTimeAsync(1000)
    expect(first?.closed).toBe(true)
    expect(sources).toHaveLength(2)
    sources[1]?.onopen?.()
    sources[1]?.say('credits.charged', {})
    expect(heard.map(({ type }) => type)).toEqual(['reconnected', 'credits.charged'])
  })

  it('stays closed once nobody is signed in', async () => {
    mayReopen = async () => false
    const live = stream()
    live.connect()
    const first = sources[0]
    if (first) first.readyState = closed
    first?.onerror?.()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(sources).toHaveLength(1)
  })

  it('goes on trying, with longer pauses, while the server cannot be asked', async () => {
    let asked = 0
    mayReopen = async () => {
      asked += 1
      if (asked < 3) throw new Error('unreachable')
      return true
    }
    const live = stream()
    live.connect()
    const first = sources[0]
    if (first) first.readyState = closed
    first?.onerror?.()
    await vi.advanceTimersByTimeAsync(1000 + 2000)
    expect(sources).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(5000)
    expect(sources).toHaveLength(2)
  })
})
