import { createServer } from 'node:net'

/**
 * @param {number} port 0 takes any free one
 * @param {string} [host] all addresses of the machine, IPv6 and IPv4, when left out
 * @returns {Promise<number | undefined>} the port, or nothing when it is taken
 */
export const tryPort = (port, host) =>
  new Promise((done, failed) => {
    const server = createServer()
    server.once('error', (error) => {
      if (error.code === 'EADDRINUSE') done(undefined)
      else failed(error)
    })
    server.listen({ port, host, exclusive: true }, () => {
      const taken = server.address().port
      server.close(() => done(taken))
    })
  })

/** The port asked for when it is free, else any free one. Loopback only. */
export const freeLoopbackPort = async (preferred = 0) =>
  (await tryPort(preferred, '127.0.0.1')) ?? (await tryPort(0, '127.0.0.1'))
