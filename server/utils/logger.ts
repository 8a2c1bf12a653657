import pino, { type LoggerOptions } from 'pino'

export const loggerOptions: LoggerOptions = {
  level: process.env.LOG_LEVEL || 'info',
  base: undefined,
  redact: {
    paths: [
      ...['password', '*.password', 'authorization', '*.authorization', 'cookie', '*.cookie', 'apiKey', '*.apiKey'],
      // What an error of Stripe's carries: whoever has an intent's client secret can finish it.
      ...['err.payment_intent', 'err.setup_intent', 'err.payment_method', 'err.source'],
    ],
    censor: '[…]',
  },
}

/**
 * Structured lines on standard output; what could be a secret never gets into one. A request does not wait for its line
 * to be written.
 */
export const logger = pino(loggerOptions, pino.destination({ sync: false }))
