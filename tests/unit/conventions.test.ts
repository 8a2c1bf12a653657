import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const files = (folder: string, ending = /\.(ts|vue)$/): string[] =>
  statSync(join(root, folder), { throwIfNoEntry: false })
    ? readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && ending.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    : []
const source = (file: string) => readFileSync(join(root, file), 'utf8')
const imports = (file: string) =>
  [...source(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => String(match[1]))

/** From the bottom up: a domain knows those before it and none of those behind it; upwards goes an event. */
const domains = ['identity', 'audit', 'mail', 'credits', 'reservations', 'payments', 'ai', 'demo']
/** What every domain builds on, and only the foundation of a domain may be looked at from below. */
const underneath: Record<string, string[]> = { audit: ['identity'] }

describe('the house', () => {
  it('is looked at where it stands', () => {
    expect(files('server/api').length).toBeGreaterThan(10)
    expect(files('server/domains').length).toBeGreaterThan(20)
  })

  it('keeps Prisma and SQL in server/domains and server/utils', () => {
    const outside = [
      'server/api',
      'server/tasks',
      'server/middleware',
      'pages',
      'components',
      'composables',
      'stores',
      'layouts',
      'middleware',
    ].flatMap((folder) => files(folder))
    const guilty = outside.filter(
      (file) =>
        imports(file).some((name) => /generated\/prisma|^@prisma\/|^pg$/.test(name)) ||
        /\$(queryRaw|executeRaw|transaction)\b|['"`]\s*(SELECT\s+(?:\S+\s+)?FROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b/i.test(
          source(file),
        ),
    )
    expect(guilty).toEqual([])
  })

  it('has domains that know only those below them', () => {
    const known = readdirSync(join(root, 'server/domains'))
    expect(
      known.filter((name) => !domains.includes(name)),
      'domains without a place in the order',
    ).toEqual([])
    const upwards = files('server/domains').flatMap((file) => {
      const own = String(file.split('/')[2])
      return imports(file)
        .flatMap((name) => /(?:^|\/)(?:domains\/)?(\w+)\/[\w-]+$/.exec(name.startsWith('.') ? name : '')?.[1] ?? [])
        .filter((other) => domains.includes(other) && other !== own)
        .filter((other) => domains.indexOf(other) > domains.indexOf(own) && !underneath[other]?.includes(own))
        .map((other) => `${file} → ${other}`)
    })
    expect(upwards).toEqual([])
  })

  it('declares every route of the API', () => {
    const undeclared = files('server/api').filter((file) => !/export default define(Public)?Api\(/.test(source(file)))
    expect(undeclared).toEqual([])
  })

  it('keeps HTTP out of the domains', () => {
    const guilty = files('server/domains').filter((file) =>
      imports(file).some((name) => name === 'h3' || name.endsWith('/define-api')),
    )
    expect(guilty).toEqual([])
  })

  it('says no text of its own in pages and components', () => {
    const japanese = /[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]/
    const withoutComments = (text: string) => text.replaceAll(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|\/\/.*$/gm, '')
    const guilty = ['pages', 'components', 'layouts', 'composables']
      .flatMap((folder) => files(folder))
      .filter((file) => japanese.test(withoutComments(source(file))))
    expect(guilty).toEqual([])
  })

  it('has every text in both languages', () => {
    const keys = (value: unknown, path = ''): string[] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([name, part]) => keys(part, `${path}.${name}`))
        : [path]
    for (const file of files('i18n/locales/ja', /\.json$/)) {
      const [japanese, english] = [file, file.replace('/ja/', '/en/')].map((one) =>
        keys(JSON.parse(source(one))).sort(),
      )
      expect(english, file).toEqual(japanese)
    }
  })
})
