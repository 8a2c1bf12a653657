import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { AppError } from '../../../../server/utils/errors'
import { problems, refusedBy, requireReadable, type Issue } from '../../../../server/utils/invalid-input'
import { text } from '../../../../server/utils/texts'

const issuesOf = (work: () => void): Issue[] => {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error.details.issues as Issue[]
    throw error
  }
  return []
}
const found = (schema: z.ZodType, value: unknown) =>
  issuesOf(() => {
    const { error } = schema.safeParse(value, { reportInput: true })
    if (error) throw refusedBy(error, ['body'])
  })

describe('what a schema finds', () => {
  it.each<[string, z.ZodType, unknown, Omit<Issue, 'path'>]>([
    ['nothing', z.string(), undefined, { problem: 'required' }],
    ['a number for text', z.string(), 1, { problem: 'text' }],
    ['null for a number', z.number(), null, { problem: 'number' }],
    ['half a number', z.number().int(), 1.5, { problem: 'integer' }],
    ['text for a truth', z.boolean(), 'x', { problem: 'boolean' }],
    ['text for a list', z.array(z.string()), 'x', { problem: 'list' }],
    ['text for a record', z.record(z.string(), z.unknown()), 'x', { problem: 'object' }],
    ['an empty text', z.string().min(1), '', { problem: 'empty' }],
    ['a short text', z.string().min(3), 'a', { problem: 'tooShort', values: { minimum: 3 } }],
    ['a long text', z.string().max(3), 'abcd', { problem: 'tooLong', values: { maximum: 3 } }],
    ['a short list', z.array(z.string()).min(2), [], { problem: 'tooFew', values: { minimum: 2 } }],
    ['a long list', z.array(z.string()).max(0), ['a'], { problem: 'tooMany', values: { maximum: 0 } }],
    ['too little', z.number().min(1), 0, { problem: 'atLeast', values: { minimum: 1 } }],
    ['not more', z.number().positive(), 0, { problem: 'moreThan', values: { minimum: 0 } }],
    ['too much', z.number().max(1), 2, { problem: 'atMost', values: { maximum: 1 } }],
    ['not less', z.number().lt(1), 1, { problem: 'lessThan', values: { maximum: 1 } }],
    ['between the steps', z.number().multipleOf(0.5), 1.2, { problem: 'step', values: { step: 0.5 } }],
    ['no address', z.email(), 'x', { problem: 'email' }],
    ['no id', z.uuid(), 'x', { problem: 'id' }],
    ['no day', z.iso.date(), '2026-02-30', { problem: 'date' }],
    ['another form', z.string().regex(/^a$/), 'b', { problem: 'format' }],
    ['none of them', z.enum(['a', 'b']), 'c', { problem: 'oneOf', values: { allowed: 'a, b' } }],
    ['more than is known', z.strictObject({}), { a: 1 }, { problem: 'unknownFields', values: { fields: 'a' } }],
    ['a rule of ours', z.string().refine(() => false, { params: { problem: 'zero' } }), 'x', { problem: 'zero' }],
    ['a rule without a name', z.string().refine(() => false), 'x', { problem: 'invalid' }],
    ['none of several', z.union([z.string(), z.number()]), null, { problem: 'invalid' }],
  ])('has a name: %s', (_what, schema, value, expected) => {
    expect(found(schema, value)).toEqual([{ path: 'body', ...expected }])
  })

  it('has a sentence in both languages', () => {
    for (const locale of ['ja', 'en'] as const) {
      for (const problem of problems) {
        const sentence = text(locale, `errors.problems.${problem}`, { field: 'x' })
        expect(sentence, problem).not.toContain('errors.')
        expect(/[ぁ-ん]/.test(sentence), sentence).toBe(locale === 'ja')
      }
    }
  })
})

describe('what is readable', () => {
  const nest = (depth: number): unknown => JSON.parse('[{"a":'.repeat(depth / 2) + '1' + '}]'.repeat(depth / 2))
  it.each<[unknown]>([['日本語 😀 \u0001\n'], [null], [{ a: [1, true, { b: 'x' }] }], [nest(32)], [new Map()]])(
    'passes: %j',
    (value) => {
      expect(issuesOf(() => requireReadable(value))).toEqual([])
    },
  )
  it.each<[string, unknown, Issue]>([
    ['NUL', { a: [{ b: '\0' }] }, { path: 'a.0.b', problem: 'unreadable' }],
    ['a high half', { a: 'x\ud800' }, { path: 'a', problem: 'unreadable' }],
    ['a low half', '\udc00', { path: '', problem: 'unreadable' }],
    ['a name', { a: { '\0': 1 } }, { path: 'a', problem: 'unreadable' }],
    [
      'one level too many',
      nest(34),
      { path: Array(16).fill('0.a').join('.'), problem: 'tooDeep', values: { maximum: 32 } },
    ],
  ])('does not pass: %s', (_what, value, expected) => {
    expect(issuesOf(() => requireReadable(value))).toEqual([expected])
  })
  it('is found out without recursion', () => {
    expect(issuesOf(() => requireReadable(nest(200_000)))).toMatchObject([{ problem: 'tooDeep' }])
  })
})
