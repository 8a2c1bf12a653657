import japanese from '../../../i18n/locales/ja/mail.json'
import { text as say, type Locale } from '../../utils/texts'
import { mailHtml } from './mail-html'

/** Each mail is what its texts are: a subject, a body, the facts in a table, and what the reader can do. */
export type MailKind = keyof typeof japanese.mail.kinds

export interface MailContent {
  kind: MailKind
  locale: Locale
  /** Fills the placeholders; a number is grouped as the language does it. */
  values: { hotel: string } & Record<string, string | number>
  /** Where the mail's one link leads. */
  href: string
}

export interface ComposedMail {
  subject: string
  text: string
  html: string
}

/** What a mail is made of, before it is plain text or HTML. */
export interface MailParts {
  subject: string
  greeting: string
  paragraphs: string[]
  facts: { label: string; value: string }[]
  action: string
  href: string
  product: string
  footer: string
}

/**
 * Writes a mail in the words of the locale files.
 * @throws Error when a placeholder has no value: a mail with a gap is never sent
 */
export function composeMail({ kind, locale, values, href }: MailContent): ComposedMail {
  const written = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'number' ? value.toLocaleString(locale) : value,
    ]),
  )
  const template = japanese.mail.kinds[kind]
  const missing = placeholdersOf(template).filter((name) => !(name in written))
  if (missing.length > 0) throw new Error(`mail ${kind}: no value for ${missing.join(', ')}`)
  const fill = (key: string) => say(locale, `mail.${key}`, written)
  const parts: MailParts = {
    subject: oneLine(fill(`kinds.${kind}.subject`)),
    greeting: fill('greeting'),
    paragraphs: fill(`kinds.${kind}.body`).split('\n\n'),
    facts: Object.keys(template.facts).map((fact) => ({
      label: fill(`kinds.${kind}.facts.${fact}.label`),
      value: fill(`kinds.${kind}.facts.${fact}.value`),
    })),
    action: fill(`kinds.${kind}.action`),
    href,
    product: fill('product'),
    footer: fill('footer'),
  }
  return { subject: parts.subject, text: plainText(parts, fill('colon')), html: mailHtml(parts, locale) }
}

/** Both languages fill the same ones (tests/unit/i18n.test.ts). */
function placeholdersOf(template: object): string[] {
  return [...JSON.stringify(template).matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name))
}

/** A line break in a header would begin another header. */
export function oneLine(line: string): string {
  return line.replaceAll(/\s*[\p{Cc}\u2028\u2029]+\s*/gu, ' ').trim()
}

function plainText(parts: MailParts, colon: string): string {
  const { greeting, paragraphs, facts, action, href, product, footer } = parts
  return [
    greeting,
    ...paragraphs,
    ...(facts.length > 0 ? [facts.map(({ label, value }) => `${label}${colon}${value}`).join('\n')] : []),
    `${action}${colon}\n${href}`,
    // Mail programs take what follows this line for a signature (RFC 3676, 4.3).
    `-- \n${product}\n${footer}\n`,
  ].join('\n\n')
}
