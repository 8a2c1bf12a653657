import { describe, expect, it } from 'vitest'
import { excerptOf, firstCharacters, foldText, languageOf, queryGrams, searchGrams } from '#shared/utils/text'

describe('foldText', () => {
  it.each([
    ['ひらがな', 'ヒラガナ'],
    ['ﾁｪｯｸｲﾝ', 'チェックイン'],
    ['Ｗｉ－Ｆｉ', 'wifi'],
    ['check-in', 'checkin'],
    ['２４時間', '24時間'],
  ])('%s → %s', (given, folded) => expect(foldText(given)).toBe(folded))
})

describe('grams', () => {
  it('indexes a word inside a run of kanji, and Latin words whole', () => {
    expect(searchGrams('入湯税 Wi-Fi')).toEqual(expect.arrayContaining(['入湯', '湯税', '税', 'wifi']))
    expect(searchGrams('Wi-Fi')).not.toContain('wi')
  })
  it('looks for a single kanji only where it stands alone', () => {
    expect(queryGrams('駐車場')).toEqual(['駐車', '車場'])
    expect(queryGrams('犬')).toEqual(['犬'])
  })
})

it.each([
  ['朝食は?', 'ja'],
  ['What time is breakfast?', 'en'],
  ['Wi-Fi', 'en'],
  ['Wi-Fi あります?', 'ja'],
])('language of %s is %s', (question, language) => expect(languageOf(question)).toBe(language))

describe('excerptOf', () => {
  it('leaves what is short enough', () => expect(excerptOf(' 短い文。 ', 20)).toBe('短い文。'))
  it('ends at a sentence where one ends late enough', () =>
    expect(excerptOf('一つ目の文です。二つ目の文です。', 10)).toBe('一つ目の文です。'))
  it('says where it was cut', () => expect(excerptOf('あ'.repeat(30), 10)).toBe(`${'あ'.repeat(10)}…`))
})

describe('firstCharacters', () => {
  it('cuts no character in two', () => {
    expect(firstCharacters('𠮷'.repeat(60), 40)).toBe('𠮷'.repeat(40))
    expect(firstCharacters(`x${'😀'.repeat(60)}`, 40)).toBe(`x${'😀'.repeat(39)}`)
  })
  it('leaves out what cannot be stored', () => expect(firstCharacters('a\0b\ud83dc', 10)).toBe('ab\ufffdc'))
})
