import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv'
import { invalid, type StripeFailure } from './errors'
import { events } from './event-types'
import type { Form } from './form'
import { openSchemas, type ParamsName } from './schema'

/** Something the stand-in said that Stripe would not say. */
export interface Violation {
  at: string
  what: string
  errors: string[]
}

export interface Validator {
  /** @returns the parameters with their true types; throws what Stripe answers to wrong ones */
  params: <T>(name: ParamsName, form: Form) => T
  /** @returns what is wrong with an object or event of ours */
  answer: (value: unknown) => string[]
}

/** Parameters that the SDK's types leave out because only Stripe.js sends them, or none. */
const extra = {
  CustomerDeleteParams: { type: 'object', properties: {}, additionalProperties: false },
}

export function openValidator(): Validator {
  const schemas = openSchemas()
  const definitions = { ...schemas.definitions, ...extra }
  const compiled = new Map<string, ValidateFunction>()
  const options = { strict: false, validateFormats: false } as const
  const ajv = new Ajv(options)
  // A form knows only strings: '200' for a number, 'true' for a boolean.
  const coercing = new Ajv({ ...options, coerceTypes: true, allErrors: true, verbose: true })
  for (const instance of [ajv, coercing]) instance.addSchema({ $id: 'stripe', definitions })

  const compile = (instance: Ajv, name: string) => {
    const key = `${instance === ajv ? 'answer' : 'params'} ${name}`
    const known = compiled.get(key)
    if (known) return known
    const made = instance.compile({ $ref: `stripe#/definitions/${encodeURIComponent(name)}` })
    compiled.set(key, made)
    return made
  }

  const answer = (value: unknown): string[] => {
    if (isList(value)) return value.data.flatMap((each, at) => answer(each).map((error) => `data/${at} ${error}`))
    const name = schemaFor(value)
    if (!name) return ['is no object of Stripe']
    const check = compile(ajv, name)
    return check(value) ? [] : (check.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)
  }

  return {
    params<T>(name: ParamsName, form: Form): T {
      const check = compile(coercing, name)
      const value = structuredClone(form)
      if (!check(value)) throw refusal(check.errors ?? [])
      return value as T
    },
    answer,
  }
}

const isList = (value: unknown): value is { object: 'list'; data: unknown[] } =>
  typeof value === 'object' && value !== null && 'object' in value && value.object === 'list'

function schemaFor(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('object' in value)) return undefined
  if (value.object === 'event') {
    const type = 'type' in value ? String(value.type) : ''
    return type in events ? `event:${type}` : undefined
  }
  if ('deleted' in value) return `deleted_${String(value.object)}`
  return String(value.object)
}

/** The first thing that is wrong, in Stripe's words. */
function refusal(errors: ErrorObject[]): StripeFailure {
  const depth = (error: ErrorObject) => error.instancePath.split('/').length
  // Of the alternatives of a union, the one that was entered furthest is the one that was meant.
  const [error] = errors
    .filter(({ keyword, params }) => keyword !== 'anyOf' && params.type !== 'null')
    .sort((a, b) => depth(b) - depth(a))
  if (!error) return invalid('Invalid request.')
  const path = error.instancePath.split('/').filter(Boolean)
  const at = (more?: string) => bracketed(more ? [...path, more] : path)
  const given = typeof error.data === 'string' ? error.data : JSON.stringify(error.data)
  switch (error.keyword) {
    case 'additionalProperties': {
      const param = at(error.params.additionalProperty)
      return invalid(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param })
    }
    case 'required': {
      const param = at(error.params.missingProperty)
      return invalid(`Missing required param: ${param}.`, { code: 'parameter_missing', param })
    }
    case 'enum': {
      const allowed = (error.params.allowedValues as unknown[]).join(', ')
      return invalid(`Invalid ${at()}: must be one of ${allowed}`, { param: at() })
    }
    case 'type':
      return error.params.type === 'number'
        ? invalid(`Invalid integer: ${given}`, { code: 'parameter_invalid_integer', param: at() })
        : invalid(`Invalid ${error.params.type}: ${given}`, { param: at() })
    default:
      return invalid(`Invalid ${at()}: ${error.message}`, { param: at() })
  }
}

const bracketed = ([first = '', ...rest]: string[]) => first + rest.map((part) => `[${part}]`).join('')
