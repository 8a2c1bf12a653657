import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Stripe from 'stripe'

export interface Hook {
  url: string
  /** What arrived with a signature that the SDK accepts, in the order of arrival. */
  events: Stripe.Event[]
  /** The next deliveries are answered with this. */
  answerWith: (status: number) => void
  close: () => Promise<void>
}

/** The product's end of webhooks, as small as it can be. */
export async function startHook(secret: string): Promise<Hook> {
  const events: Stripe.Event[] = []
  let status = 200
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      try {
        events.push(Stripe.webhooks.constructEvent(body, request.headers['stripe-signature'] ?? '', secret))
        response.writeHead(status).end()
      } catch {
        response.writeHead(400).end()
      }
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events,
    answerWith: (next) => {
      status = next
    },
    close: () => new Promise((done) => server.close(() => done())),
  }
}
