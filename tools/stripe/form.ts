/** What a form's fields can hold before the schema says what they mean. */
export type FormValue = string | FormValue[] | { [name: string]: FormValue }
export type Form = { [name: string]: FormValue }

/**
 * Reads Stripe's form encoding: `a[b]=1&list[0]=x&list[]=y` → `{a: {b: '1'}, list: ['x', 'y']}`.
 * Everything is still a string.
 */
export function parseForm(text: string): Form {
  const root: Form = Object.create(null)
  for (const [key, value] of new URLSearchParams(text)) {
    const [head = '', ...rest] = key.split('[')
    put(root, [head, ...rest.map((part) => part.replace(/\]$/, ''))], value)
  }
  return withLists(root) as Form
}

function put(into: Form, path: string[], value: string): void {
  const [first = '', ...rest] = path
  const name = first === '' ? String(Object.keys(into).length) : first
  if (rest.length === 0) {
    into[name] = value
    return
  }
  const inner = into[name]
  const next: Form = typeof inner === 'object' && !Array.isArray(inner) ? inner : Object.create(null)
  into[name] = next
  put(next, rest, value)
}

/** An object whose names are 0, 1, 2 … was a list. */
function withLists(value: FormValue): FormValue {
  if (typeof value === 'string' || Array.isArray(value)) return value
  const entries = Object.entries(value).map(([name, inner]) => [name, withLists(inner)] as const)
  const isList = entries.length > 0 && entries.every(([name], at) => name === String(at))
  return isList ? entries.map(([, inner]) => inner) : Object.fromEntries(entries)
}
