import { describe, expect, it } from 'vitest'
import { parseForm } from '../../../../tools/stripe/form'

describe("Stripe's form encoding", () => {
  it.each([
    ['amount=1320&currency=jpy', { amount: '1320', currency: 'jpy' }],
    ['metadata[purchase]=p1&metadata[a%20b]=', { metadata: { purchase: 'p1', 'a b': '' } }],
    ['expand[0]=latest_charge&expand[1]=payment_method', { expand: ['latest_charge', 'payment_method'] }],
    ['expand[]=a&expand[]=b', { expand: ['a', 'b'] }],
    ['card[networks][preferred]=visa&card[number]=4242', { card: { networks: { preferred: 'visa' }, number: '4242' } }],
    ['name=%E5%B1%B1%E7%94%B0+%E5%A4%AA%E9%83%8E', { name: '山田 太郎' }],
    // A name that objects have by themselves is a name like any other.
    ['metadata[constructor]=x', { metadata: { constructor: 'x' } }],
    ['', {}],
  ])('%s', (text, form) => {
    expect(parseForm(text)).toEqual(form)
  })
})
