import { describe, expect, it } from 'vitest'
import { maskPersonalData, Unmasker } from '../../../../../server/domains/ai/personal-data'

describe('maskPersonalData', () => {
  it.each([
    ['taro@example.jp に返信して', '[[MAIL-1]] に返信して'],
    ['電話は 03-1234-5678 です', '電話は [[PHONE-1]] です'],
    ['携帯 09012345678', '携帯 [[PHONE-1]]'],
    ['住所は〒100-0001東京都千代田区1-1、到着は', '住所は[[POSTCODE-1]]、到着は'],
    ['2026-03-01 から 3泊、料金 12,000円、部屋 1203', '2026-03-01 から 3泊、料金 12,000円、部屋 1203'],
    ['a@b.jp と c@d.jp', '[[MAIL-1]] と [[MAIL-2]]'],
  ])('%s', (given, masked) => expect(maskPersonalData(given).text).toBe(masked))
})

describe('Unmasker', () => {
  const { hidden } = maskPersonalData('taro@example.jp / 03-1234-5678')

  it.each([1, 2, 3, 5, 100])('puts texts back from pieces of %i characters', (size) => {
    const answer = 'To [[MAIL-1]]: [see] [[1]] call [[PHONE-2]]. [['
    const unmasker = new Unmasker(hidden)
    let shown = ''
    for (let at = 0; at < answer.length; at += size) shown += unmasker.add(answer.slice(at, at + size))
    expect(shown + unmasker.rest()).toBe('To taro@example.jp: [see] [[1]] call 03-1234-5678. [[')
  })

  it('holds nothing back where nothing was hidden', () => {
    expect(new Unmasker(new Map()).add('list: [')).toBe('list: [')
  })
})
