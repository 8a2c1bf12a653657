/**
 * Takes every mail and delivers none: what the demonstration and the tests have in place of a mail server, with a
 * page to read them on. Listens on this machine only.
 */
import { createServer } from 'node:http'
import { SMTPServer } from 'smtp-server'
import { Mailbox } from './mailbox.mjs'
import { respond } from './pages.mjs'

const host = '127.0.0.1'
const mostBytes = 25 * 2 ** 20

/**
 * @param {{ folder: string, pagePort?: number }} options where the mails are kept, and where they are shown; 0 takes any
 *   free port
 */
export async function startMailCatcher({ folder, pagePort = 0 }) {
  const mailbox = new Mailbox(folder)
  await mailbox.open()

  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    size: mostBytes,
    closeTimeout: 200,
    onData(stream, _session, answer) {
      receive(stream, mailbox).then(
        () => answer(),
        (error) => answer(error),
      )
    },
  })
  // A sender that breaks off is the sender's affair.
  smtp.on('error', () => {})
  const page = createServer((request, response) => respond(mailbox, request, response))

  const smtpPort = await listening(smtp.server, 0)
  const shownAt = await listening(page, pagePort)
  return {
    smtpUrl: `smtp://${host}:${smtpPort}`,
    url: `http://localhost:${shownAt}`,
    mailbox,
    async stop() {
      page.closeAllConnections()
      await Promise.all([new Promise((done) => smtp.close(done)), new Promise((done) => page.close(done))])
    },
  }
}

async function receive(stream, mailbox) {
  const parts = []
  for await (const part of stream) parts.push(part)
  if (stream.sizeExceeded) throw Object.assign(new Error('message too large'), { responseCode: 552 })
  await mailbox.add(Buffer.concat(parts), new Date())
}

/** @param {import('node:net').Server} server @param {number} port @returns {Promise<number>} */
const listening = (server, port) =>
  new Promise((done, failed) => {
    server.once('error', failed)
    server.listen(port, host, () => {
      server.off('error', failed)
      done(/** @type {import('node:net').AddressInfo} */ (server.address()).port)
    })
  })
