import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
const localeDir = join(root, 'i18n/locales')
const domains = readdirSync(join(localeDir, 'ja')).sort()

type Texts = { [key: string]: Texts | string | Texts[] | string[] }

/** 'credits.low.title' → its text. */
function flatten(texts: Texts, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(texts).flatMap(([key, value]): [string, string][] =>
      typeof value === 'object' ? [...flatten(value as Texts, `${prefix}${key}.`)] : [[`${prefix}${key}`, value]],
    ),
  )
}

function read(locale: string, file: string): Map<string, string> {
  return flatten(JSON.parse(readFileSync(join(localeDir, locale, file), 'utf8')) as Texts)
}

/** Names in braces, without the plural's own {n}; {'@'} is a literal. */
const placeholders = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort()

const ja = new Map(domains.flatMap((file) => [...read('ja', file)]))

/** Every source file that a page or component is made of. */
function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(vue|ts)$/.test(name))
    .map((name) => join(root, folder, name))
}

describe('texts', () => {
  it.each(domains)('%s has the same keys in both languages', (file) => {
    expect([...read('en', file).keys()].sort()).toEqual([...read('ja', file).keys()].sort())
  })

  it.each(domains)('%s fills the same placeholders in both languages', (file) => {
    const english = read('en', file)
    const differing = [...read('ja', file)].filter(
      ([key, text]) => placeholders(text).join() !== placeholders(english.get(key) ?? '').join(),
    )
    expect(differing.map(([key]) => key)).toEqual([])
  })

  it('has every key that the pages name', () => {
    const files = [
      ...['pages', 'components', 'composables', 'layouts', 'middleware', 'stores', 'plugins', 'utils'].flatMap(sources),
      join(root, 'app.vue'),
      join(root, 'error.vue'),
    ]
    const missing = files.flatMap((file) =>
      // A key stands alone between quotes; what is put together at run time ({…}) is not looked at.
      [
        ...readFileSync(file, 'utf8').matchAll(
          /['"]((?:common|errors|identity|credits|payments|operator|reservations|ai)\.[\w.]+)['"]/g,
        ),
      ]
        .map((match) => match[1] ?? '')
        // Events of the live stream and names of files look like keys.
        .filter((key) => !ja.has(key) && !/^(credits|payments|reservations|ai)\.[a-z_]+$/.test(key))
        .map((key) => `${file.slice(root.length)}: ${key}`),
    )
    expect(missing).toEqual([])
  })
})
