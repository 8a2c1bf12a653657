import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Answer, Api } from './api'
import { control, WrongOrder, type Control } from './control'
import type { Pages } from './pages'

/** Stripe's interface, the pages for the browser and the control, on one port. */
export function makeServer(api: Api, pages: Pages, parts: Control): Server {
  return createServer((request, response) => {
    void serve(request, response, { api, pages, parts }).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
      if (!response.headersSent) json(response, 500, { error: { type: 'api_error', message: String(error) } })
    })
  })
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { api, pages, parts }: { api: Api; pages: Pages; parts: Control },
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://stand-in')
  const method = request.method ?? 'GET'
  const body = await bodyOf(request)
  const header = (name: string) => {
    const value = request.headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }
  if (url.pathname.startsWith('/_control/')) {
    await steer(request, response, { parts, method, path: url.pathname, body })
    return
  }
  if (url.pathname.startsWith('/v1/')) {
    send(request, response, await api.answer({ method, url, header, body }))
    return
  }
  const page = await pages.answer(method, url, header, body)
  response.writeHead(page.status, page.headers).end(page.body)
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (!answer) request.socket.destroy()
  else json(response, answer.status, answer.body, answer.headers)
}

async function steer(
  request: IncomingMessage,
  response: ServerResponse,
  { parts, method, path, body }: { parts: Control; method: string; path: string; body: string },
): Promise<void> {
  // For programs on this machine: no page of any site may steer it through somebody's browser.
  const local = /^(127\.|::1$|::ffff:127\.)/.test(request.socket.remoteAddress ?? '')
  if (!local || request.headers.origin) {
    json(response, 403, { error: 'control is for programs on this machine' })
    return
  }
  try {
    const answer = await control(parts, method, path, body ? JSON.parse(body) : {})
    if (answer === undefined) json(response, 404, { error: `no control ${method} ${path}` })
    else json(response, 200, answer)
  } catch (error) {
    if (!(error instanceof WrongOrder || error instanceof SyntaxError)) throw error
    json(response, 400, { error: error.message })
  }
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body, undefined, 2))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
