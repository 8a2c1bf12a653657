import type { z } from 'zod'
import { AppError } from './errors'

/** What can be wrong with a field: a text of `errors.problems`. */
export const problems = [
  'required',
  'text',
  'number',
  'integer',
  'boolean',
  'list',
  'object',
  'empty',
  'tooShort',
  'tooLong',
  'tooFew',
  'tooMany',
  'atLeast',
  'moreThan',
  'atMost',
  'lessThan',
  'step',
  'email',
  'id',
  'date',
  'format',
  'oneOf',
  'unknownFields',
  'zero',
  'century',
  'cursor',
  'unreadable',
  'tooDeep',
  'incomplete',
  'days',
  'yenRateMissing',
  'yenRateOfYen',
  'dayOutside',
  'aboveListPrice',
  'daysReversed',
  'inFuture',
  'registrationNumber',
  'twice',
  'invalid',
] as const
export type Problem = (typeof problems)[number]

/** One field and what is wrong with it; said in the user's language where the refusal is answered. */
export interface Issue {
  path: string
  problem: Problem
  values?: Record<string, string | number>
}

export function invalidInput(issues: Issue[], details: object = {}): AppError {
  return new AppError('INVALID_INPUT', { ...details, issues })
}

type ZodIssue = z.core.$ZodIssue

/** The refusal of what a schema found. @param at where the value lies in the request */
export function refusedBy(error: z.ZodError, at: string[] = []): AppError {
  return invalidInput(
    error.issues.map((issue) => ({ path: [...at, ...issue.path.map(String)].join('.'), ...problemOf(issue) })),
  )
}

function problemOf(issue: ZodIssue): Omit<Issue, 'path'> {
  switch (issue.code) {
    case 'invalid_type':
      return { problem: issue.input === undefined ? 'required' : (types[issue.expected] ?? 'invalid') }
    case 'too_small': {
      const minimum = Number(issue.minimum)
      if (issue.origin === 'string')
        return minimum === 1 ? { problem: 'empty' } : { problem: 'tooShort', values: { minimum } }
      if (issue.origin === 'array') return { problem: 'tooFew', values: { minimum } }
      return { problem: issue.inclusive ? 'atLeast' : 'moreThan', values: { minimum } }
    }
    case 'too_big': {
      const maximum = Number(issue.maximum)
      if (issue.origin === 'string') return { problem: 'tooLong', values: { maximum } }
      if (issue.origin === 'array') return { problem: 'tooMany', values: { maximum } }
      return { problem: issue.inclusive ? 'atMost' : 'lessThan', values: { maximum } }
    }
    case 'not_multiple_of':
      return { problem: 'step', values: { step: Number(issue.divisor) } }
    case 'invalid_format':
      return { problem: formats[issue.format] ?? 'format' }
    case 'invalid_value':
      return { problem: 'oneOf', values: { allowed: issue.values.map(String).join(', ') } }
    case 'unrecognized_keys':
      return { problem: 'unknownFields', values: { fields: issue.keys.join(', ').slice(0, 200) } }
    case 'custom':
      return { problem: problems.find((problem) => problem === issue.params?.problem) ?? 'invalid' }
    default:
      return { problem: 'invalid' }
  }
}

const types: Partial<Record<string, Problem>> = {
  string: 'text',
  number: 'number',
  int: 'integer',
  boolean: 'boolean',
  array: 'list',
  object: 'object',
  record: 'object',
}
const formats: Partial<Record<string, Problem>> = { email: 'email', uuid: 'id', date: 'date' }

const deepest = 32

/**
 * What no column of text holds (NUL, half a surrogate pair) and what is nested deeper than anything of ours is
 * refused before any schema sees it. Without recursion: its depth is the sender's to choose.
 * @throws INVALID_INPUT naming the place
 */
export function requireReadable(value: unknown): void {
  const waiting: { value: unknown; path: string; depth: number }[] = [{ value, path: '', depth: 0 }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value: part, path, depth } = next
    if (typeof part === 'string' && !isReadable(part)) throw invalidInput([{ path, problem: 'unreadable' }])
    if (typeof part !== 'object' || part === null) continue
    if (depth >= deepest) throw invalidInput([{ path, problem: 'tooDeep', values: { maximum: deepest } }])
    for (const [name, inner] of Object.entries(part)) {
      if (!isReadable(name)) throw invalidInput([{ path, problem: 'unreadable' }])
      waiting.push({ value: inner, path: `${path && `${path}.`}${name.slice(0, 50)}`, depth: depth + 1 })
    }
  }
}

const isReadable = (text: string) => !text.includes('\0') && text.isWellFormed()
