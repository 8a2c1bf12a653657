import { describe, expect, it } from 'vitest'
import texts from '../../../../../i18n/locales/ja/mail.json'
import { composeMail, type MailKind } from '../../../../../server/domains/mail/compose-mail'
import { locales } from '../../../../../server/utils/texts'

const kinds = Object.keys(texts.mail.kinds) as MailKind[]
const href = 'https://crm.example.jp/settings/billing?a=1&b=2'
const invoice = {
  kind: 'invoiceIssued',
  locale: 'ja',
  values: { hotel: 'ホテル髙﨑', number: '2026-000012', credits: 2000, total: 22000, dueDate: '2026年12月31日' },
  href,
} as const

describe('composeMail', () => {
  it('writes subject, text and HTML in the words of the language, with numbers grouped', () => {
    const mail = composeMail(invoice)
    expect(mail.subject).toBe('請求書 2026-000012 をお送りします')
    expect(mail.text).toContain('ホテル髙﨑 ご担当者さま')
    expect(mail.text).toContain('ご請求額(税込):22,000円')
    expect(mail.text).toContain(`請求書を見る:\n${href}`)
    expect(mail.html).toContain('<html lang="ja">')
    expect(mail.html).toContain('>22,000円</td>')
    expect(composeMail({ ...invoice, locale: 'en' }).text).toContain('Amount due (tax included): ¥22,000')
  })

  it('escapes whatever a hotel calls itself', () => {
    const { html, text } = composeMail({
      ...invoice,
      values: { ...invoice.values, hotel: `<img src=x onerror="alert('1')"> & Co.` },
    })
    expect(html).not.toContain('<img')
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; Co.')
    expect(html).toContain('href="https://crm.example.jp/settings/billing?a=1&amp;b=2"')
    expect(text).toContain('<img src=x')
  })

  it('keeps a subject on one line', () => {
    const number = '1\r\nBcc: all@example.com\u2028X\0'
    const { subject } = composeMail({ ...invoice, values: { ...invoice.values, number } })
    expect(subject).toBe('請求書 1 Bcc: all@example.com X をお送りします')
  })

  it('refuses to write a mail with a gap', () => {
    const { total: _, ...values } = invoice.values
    expect(() => composeMail({ ...invoice, values })).toThrow('no value for total')
  })

  it.each(kinds.flatMap((kind) => locales.map((locale) => [kind, locale] as const)))(
    'has every word of %s in %s',
    (kind, locale) => {
      const names = [...JSON.stringify(texts.mail.kinds[kind]).matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name))
      const values = { hotel: 'H', ...Object.fromEntries(names.map((name) => [name, `<${name}>`])) }
      const { subject, text } = composeMail({ kind, locale, values, href })
      expect(subject).not.toBe('')
      for (const name of names) expect(`${subject}\n${text}`).toContain(`<${name}>`)
      expect(text).not.toMatch(/mail\.kinds|\{\w+\}/)
    },
  )
})
