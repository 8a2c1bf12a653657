import { expect, it } from 'vitest'
import { estimateTokens } from '../../../../../server/domains/ai/tokens'

it.each([
  ['', 0],
  ['abcdefg', 2],
  ['朝食は何時からですか', 9],
])('%s is about %i tokens', (text, tokens) => expect(estimateTokens(text)).toBe(tokens))
