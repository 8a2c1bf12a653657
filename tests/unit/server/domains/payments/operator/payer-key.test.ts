import { describe, expect, it } from 'vitest'
import { payerKey } from '../../../../../../server/domains/payments/operator/payer-key'

describe('a payer’s name', () => {
  it.each([
    ['ｶ)ﾎﾃﾙ ﾌﾟﾗﾝﾀﾝ', 'カ)ホテル プランタン'],
    ['ｶ)ﾎﾃﾙﾌﾟﾗﾝﾀﾝ', 'カ)ホテル プランタン'],
    ['ふたご', 'フタゴ'],
    ['リゾート', 'ﾘｿﾞｰﾄ'],
    ['シティ', 'ｼﾃｲ'],
    ['Hotel abc', 'HOTEL ABC'],
  ])('%s is %s', (one, other) => {
    expect(payerKey(one)).toBe(payerKey(other))
  })

  it.each([
    ['ハナレ', 'バナレ'],
    ['プランタン シティ', 'プランタン リゾート'],
  ])('%s is not %s', (one, other) => {
    expect(payerKey(one)).not.toBe(payerKey(other))
  })
})
