import { password } from './hotel'

export interface Client {
  /** fetch with the person's cookie and our own Origin; a plain object as `json` is sent as such. */
  (path: string, init?: RequestInit & { json?: unknown }): Promise<Response>
  cookie: string
}

/** A browser's way to talk to the server, before anyone has signed in. */
export function visitor(baseUrl: string, cookie = ''): Client {
  const call = (path: string, { json, ...init }: RequestInit & { json?: unknown } = {}) => {
    const headers = new Headers(init.headers)
    if (cookie && !headers.has('cookie')) headers.set('cookie', cookie)
    if (!headers.has('origin')) headers.set('origin', new URL(baseUrl).origin)
    if (json !== undefined) headers.set('content-type', 'application/json')
    const body = json === undefined ? init.body : JSON.stringify(json)
    return fetch(new URL(path, baseUrl), {
      ...init,
      method: init.method ?? (json === undefined ? 'GET' : 'POST'),
      body,
      headers,
    })
  }
  return Object.assign(call, { cookie })
}

export async function signIn(baseUrl: string, email: string, secret = password): Promise<Client> {
  const answer = await visitor(baseUrl)('/api/v1/auth/sign-in', { json: { email, password: secret } })
  if (!answer.ok) throw new Error(`sign-in of ${email}: ${answer.status} ${await answer.text()}`)
  return visitor(baseUrl, cookieOf(answer))
}

/** The session cookie that an answer sets. */
export function cookieOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}
