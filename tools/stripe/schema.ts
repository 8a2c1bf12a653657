/**
 * Stripe's own types as JSON Schema, made from the installed SDK by the TypeScript compiler. It takes some
 * seconds and changes only with the SDK, so the result is kept by the SDK's version.
 */
import { createRequire } from 'node:module'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type Ts from 'typescript'
import { root } from '../../scripts/lib/settings.mjs'
import { events } from './event-types'

export type Schema = Record<string, unknown>
export interface SchemaSet {
  definitions: Record<string, Schema>
}

/** Raise it when this file changes what it makes. */
const revision = 1

/** What the stand-in gives. */
const answers = {
  payment_intent: 'PaymentIntent',
  setup_intent: 'SetupIntent',
  payment_method: 'PaymentMethod',
  charge: 'Charge',
  customer: 'Customer',
  deleted_customer: 'DeletedCustomer',
}

/** What it takes. */
const params = [
  'CustomerCreateParams',
  'CustomerRetrieveParams',
  'CustomerUpdateParams',
  'CustomerListParams',
  'CustomerListPaymentMethodsParams',
  'PaymentMethodCreateParams',
  'PaymentMethodRetrieveParams',
  'PaymentMethodUpdateParams',
  'PaymentMethodListParams',
  'PaymentMethodAttachParams',
  'PaymentMethodDetachParams',
  'PaymentIntentCreateParams',
  'PaymentIntentRetrieveParams',
  'PaymentIntentConfirmParams',
  'PaymentIntentCancelParams',
  'PaymentIntentListParams',
  'SetupIntentCreateParams',
  'SetupIntentRetrieveParams',
  'SetupIntentConfirmParams',
  'SetupIntentCancelParams',
  'SetupIntentListParams',
  'ChargeRetrieveParams',
  'ChargeListParams',
  'EventRetrieveParams',
  'EventListParams',
] as const
export type ParamsName = (typeof params)[number] | 'CustomerDeleteParams'

export function openSchemas(): SchemaSet {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/stripe/package.json'), 'utf8'))
  const folder = join(root, 'node_modules/.cache/stripe-standin')
  const file = join(folder, `types-${version}-${revision}.json`)
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  const made = makeSchemas()
  mkdirSync(folder, { recursive: true })
  // Several processes may make it at once; whoever reads sees a whole file.
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, JSON.stringify(made))
  renameSync(draft, file)
  return made
}

function makeSchemas(): SchemaSet {
  const wanted = [
    ...Object.entries(answers),
    ...params.map((name) => [name, name]),
    ...Object.entries(events).map(([type, name]) => [`event:${type}`, name]),
  ] as [string, string][]
  const text = [
    "import type Stripe from 'stripe'",
    ...wanted.map(([, name], at) => `export type T${at} = Stripe.${name}`),
  ].join('\n')
  const { checker, types } = compile(text)
  const make = new Converter(checker)
  const named = wanted.map(([name], at) => {
    const type = types[at]
    if (!type || type.flags & ts().TypeFlags.Any) throw new Error(`Stripe's types have no ${wanted[at]?.[1]}`)
    return [name, make.schemaOf(type) ?? {}] as const
  })
  return { definitions: { ...make.definitions, ...Object.fromEntries(named) } }
}

let typescript: typeof Ts | undefined
/** Only when there is something to compile: loading it costs half a second. */
const ts = (): typeof Ts => (typescript ??= createRequire(import.meta.url)('typescript') as typeof Ts)

function compile(text: string): { checker: Ts.TypeChecker; types: Ts.Type[] } {
  const options: Ts.CompilerOptions = {
    strict: true,
    module: ts().ModuleKind.NodeNext,
    moduleResolution: ts().ModuleResolutionKind.NodeNext,
    target: ts().ScriptTarget.ES2022,
    skipLibCheck: true,
    types: ['node'],
  }
  const file = join(root, 'tools/stripe/wanted-types.mts')
  const host = ts().createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.fileExists = (name) => name === file || fileExists(name)
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts().createSourceFile(name, text, ts().ScriptTarget.ES2022) : getSourceFile(name, ...rest)
  const program = ts().createProgram([file], options, host)
  const checker = program.getTypeChecker()
  const types = (program.getSourceFile(file)?.statements ?? [])
    .filter((statement) => ts().isTypeAliasDeclaration(statement))
    .map((statement) => checker.getTypeAtLocation(statement))
  return { checker, types }
}

class Converter {
  readonly definitions: Record<string, Schema> = {}
  private readonly names = new Map<Ts.Type, string>()
  constructor(private readonly checker: Ts.TypeChecker) {}

  /** Nothing for what JSON cannot hold: undefined, never, functions. */
  schemaOf(type: Ts.Type): Schema | undefined {
    const { TypeFlags } = ts()
    const is = (flag: Ts.TypeFlags) => Boolean(type.flags & flag)
    if (is(TypeFlags.Any | TypeFlags.Unknown)) return {}
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value }
    if (is(TypeFlags.BooleanLiteral)) return { const: this.checker.typeToString(type) === 'true' }
    if (is(TypeFlags.StringLike)) return { type: 'string' }
    if (is(TypeFlags.NumberLike)) return { type: 'number' }
    if (is(TypeFlags.Null)) return { type: 'null' }
    if (is(TypeFlags.Undefined | TypeFlags.Void | TypeFlags.Never)) return undefined
    if (type.isUnion()) return this.union(type.types)
    if (type.isIntersection() && type.types.some((part) => part.flags & TypeFlags.String)) return { type: 'string' }
    // Amounts with decimals are strings on the wire.
    if (type.symbol?.name === 'Decimal') return { type: 'string' }
    if (this.checker.isArrayType(type)) {
      const [item] = this.checker.getTypeArguments(type as Ts.TypeReference)
      return { type: 'array', items: (item && this.schemaOf(item)) ?? {} }
    }
    if (type.getCallSignatures().length > 0) return undefined
    return this.object(type)
  }

  private union(members: Ts.Type[]): Schema | undefined {
    const literals = members.some((member) => member.isStringLiteral())
    // OtherString, `string & {}`, lets programs compile against values of tomorrow; the stand-in knows today's.
    const kept = literals ? members.filter((member) => !member.isIntersection()) : members
    const schemas = kept.map((member) => this.schemaOf(member)).filter((schema) => schema !== undefined)
    const constants = schemas.filter((schema) => 'const' in schema).map((schema) => schema.const)
    const booleans = constants.filter((value) => typeof value === 'boolean')
    const others = constants.filter((value) => typeof value !== 'boolean' || booleans.length < 2)
    const all: Schema[] = [
      ...(booleans.length === 2 ? [{ type: 'boolean' }] : []),
      ...(others.length > 0 ? [{ enum: others }] : []),
      ...schemas.filter((schema) => !('const' in schema)),
    ]
    return all.length < 2 ? all[0] : { anyOf: all }
  }

  private object(type: Ts.Type): Schema {
    const known = this.names.get(type)
    const name = known ?? this.nameOf(type)
    if (!known) {
      this.names.set(type, name)
      this.definitions[name] = {} // keeps the name while what refers back to it is made
      this.definitions[name] = this.properties(type)
    }
    return { $ref: `#/definitions/${encodeURIComponent(name)}` }
  }

  private properties(type: Ts.Type): Schema {
    const properties: Record<string, Schema> = {}
    const required: string[] = []
    for (const property of this.checker.getPropertiesOfType(type)) {
      const schema = this.schemaOf(this.checker.getTypeOfSymbol(property))
      if (!schema) continue
      properties[property.name] = schema
      if (!(property.flags & ts().SymbolFlags.Optional)) required.push(property.name)
    }
    const index = this.checker.getIndexInfoOfType(type, ts().IndexKind.String)
    const additionalProperties = index ? (this.schemaOf(index.type) ?? {}) : false
    return { type: 'object', properties, required, additionalProperties }
  }

  private nameOf(type: Ts.Type): string {
    const symbol = type.aliasSymbol ?? type.symbol
    const full = this.checker.getFullyQualifiedName(symbol).replace(/^"[^"]*"\./, '')
    let name = `#${full}`
    for (let again = 2; name in this.definitions; again += 1) name = `#${full}_${again}`
    return name
  }
}
