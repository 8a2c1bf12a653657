/** The frame's side: makes the page's requests to Stripe, from Stripe's own origin. */
import type { Ask, FromFrame, Told, ToFrame } from './messages'

const parentOrigin = new URLSearchParams(location.search).get('parent') ?? ''

export const say = (message: FromFrame): void => parent.postMessage(message, parentOrigin)

/**
 * @param card what this frame adds to a request that asks for its card
 * @param check what is wrong with the card as it is; nothing is sent then
 */
export function serve(
  hear: (message: ToFrame) => void = () => {},
  card: () => Record<string, string> = () => ({}),
  check: () => object | undefined = () => undefined,
): void {
  addEventListener('message', (event: MessageEvent<ToFrame>) => {
    if (event.source !== parent || event.origin !== parentOrigin) return
    const message = event.data
    if (message.kind !== 'ask') return hear(message)
    const { id, key, ask } = message
    const wrong = ask.withCard ? check() : undefined
    if (wrong) return say({ kind: 'told', id, told: { status: 400, body: { error: wrong } } })
    const fields = ask.withCard ? { ...ask.fields, ...card() } : ask.fields
    void request(key, { ...ask, fields }).then((told) => say({ kind: 'told', id, told }))
  })
  say({ kind: 'ready' })
}

async function request(key: string, { method, path, fields }: Ask): Promise<Told> {
  const form = new URLSearchParams(fields).toString()
  try {
    const answer = await fetch(method === 'GET' && form ? `${path}?${form}` : path, {
      method,
      headers: { authorization: `Bearer ${key}` },
      ...(method === 'POST' && { body: new URLSearchParams(fields) }),
    })
    return { status: answer.status, body: await answer.json() }
  } catch {
    return { status: 0, body: { error: { type: 'api_connection_error' } } }
  }
}
