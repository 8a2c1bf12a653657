import { expect, it } from 'vitest'
import { parseMarkdown } from '#shared/utils/markdown'

const plain = (text: string) => ({ text, isBold: false })

it('knows paragraphs, lines, bold and lists', () => {
  expect(parseMarkdown('一行目\n**二行目**です\n\n- 甲\n- 乙\n\n1. 丙')).toEqual([
    { kind: 'paragraph', lines: [[plain('一行目')], [{ text: '二行目', isBold: true }, plain('です')]] },
    { kind: 'list', isOrdered: false, items: [[plain('甲')], [plain('乙')]] },
    { kind: 'list', isOrdered: true, items: [[plain('丙')]] },
  ])
})

it.each(['<img src=x onerror=alert(1)>', '[link](javascript:alert(1))', '![x](http://evil.example)'])(
  'leaves %s the text it is',
  (text) => expect(parseMarkdown(text)).toEqual([{ kind: 'paragraph', lines: [[plain(text)]] }]),
)

it('makes a heading a bold line', () => {
  expect(parseMarkdown('## 朝食')).toEqual([{ kind: 'paragraph', lines: [[{ text: '朝食', isBold: true }]] }])
})

it('has nothing for nothing', () => expect(parseMarkdown(' \n\n')).toEqual([]))
