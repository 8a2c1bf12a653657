import pino from 'pino'

/** Structured lines on standard output; what could be a secret never gets into one. */
export const logger = pino(
  {
    level: process.env.LOG_LEVEL || 'info',
    base: undefined,
    redact: {
      paths: ['password', '*.password', 'authorization', '*.authorization', 'cookie', '*.cookie', 'apiKey', '*.apiKey'],
      censor: '[…]',
    },
  },
  // A request does not wait for its line to be written.
  pino.destination({ sync: false }),
)
