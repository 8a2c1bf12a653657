import { Writable } from 'node:stream'
import { pino } from 'pino'
import Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { loggerOptions } from '../../../../server/utils/logger'

describe('the log', () => {
  it('keeps the client secret of an error of Stripe’s to itself, and says what went wrong', () => {
    let written = ''
    const out = new Writable({ write: (chunk, _encoding, done) => done(void (written += String(chunk))) })
    const error = new Stripe.errors.StripeInvalidRequestError({
      type: 'invalid_request_error',
      message: 'This PaymentIntent could not be canceled.',
      payment_intent: { id: 'pi_1', client_secret: 'pi_1_secret_x' } as Stripe.PaymentIntent,
      setup_intent: { id: 'seti_1', client_secret: 'seti_1_secret_x' } as Stripe.SetupIntent,
    })
    pino(loggerOptions, out).warn({ err: error }, 'stripe')
    expect(written).toContain('could not be canceled')
    expect(written).not.toContain('_secret_')
  })
})
