import { beforeAll, describe, expect, it } from 'vitest'
import { StripeFailure } from '../../../../tools/stripe/errors'
import { openValidator, type Validator } from '../../../../tools/stripe/validate'

let validator: Validator
// Without a cache the SDK's types are compiled first.
beforeAll(() => {
  validator = openValidator()
}, 120_000)

const deleted = { id: 'cus_1', object: 'customer', deleted: true }

describe('what the stand-in says', () => {
  it.each([
    ['what the types hold', deleted, 0],
    ['a field that is missing', { object: 'customer', deleted: true }, 1],
    ['a field of another type', { ...deleted, id: 7 }, 1],
    ['a field that is not there', { ...deleted, name: 'x' }, 1],
    ['half an object', { id: 'pi_1', object: 'payment_intent', status: 'succeeded' }, 1],
    ['an event Stripe has not', { object: 'event', type: 'payment_intent.exploded' }, 1],
    ['no object of Stripe', 'hello', 1],
    ['one wrong object in a list', { object: 'list', data: [deleted, { ...deleted, id: 7 }] }, 1],
    // A type's schema is compiled at its first use, which takes seconds.
  ])('%s', { timeout: 60_000 }, (_, value, wrong) => {
    expect(validator.answer(value)).toHaveLength(wrong)
  })
})

describe('what it is asked', () => {
  it('has the types that the form lost', () => {
    const form = { amount: '1320', currency: 'jpy', confirm: 'true', off_session: 'false', metadata: { rooms: '12' } }
    expect(validator.params('PaymentIntentCreateParams', form)).toEqual({
      amount: 1320,
      currency: 'jpy',
      confirm: true,
      off_session: false,
      metadata: { rooms: '12' },
    })
  })

  it.each([
    [{ currency: 'jpy' }, 'Missing required param: amount.'],
    [{ amount: '1', currency: 'jpy', tip: '1' }, 'Received unknown parameter: tip'],
    [{ amount: '1', currency: 'jpy', metadata: { a: { b: '1' } } }, 'Invalid string: {"b":"1"}'],
    [{ amount: '1', currency: 'jpy', automatic_payment_methods: { enabled: 'perhaps' } }, 'Invalid boolean: perhaps'],
    [
      { amount: '1', currency: 'jpy', automatic_payment_methods: { enabled: 'true', redirect: 'no' } },
      'Received unknown parameter: automatic_payment_methods[redirect]',
    ],
  ])('%j is refused', (form, message) => {
    const ask = () => validator.params('PaymentIntentCreateParams', form)
    expect(ask).toThrow(StripeFailure)
    expect(ask).toThrow(message)
  })
})
