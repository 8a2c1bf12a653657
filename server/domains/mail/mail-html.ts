import type { Locale } from '../../utils/texts'
import type { MailParts } from './compose-mail'

const faces = `'Hiragino Sans','Hiragino Kaku Gothic ProN','Yu Gothic UI',Meiryo,'Noto Sans CJK JP',sans-serif`
/** 藍, the product's own colour. */
const ink = '#223a70'
const quiet = '#78716c'
const hairline = '#e7e5e4'

/** A mail as a page of paper. Styles stand in the elements, because mail programs drop style sheets. */
export function mailHtml(parts: MailParts, locale: Locale): string {
  const { subject, greeting, paragraphs, facts, action, href, product, footer } = parts
  const paragraph = (text: string) => `<p style="margin:0 0 16px">${lines(text)}</p>`
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(subject)}</title>
</head>
<body style="margin:0;background:#fafaf9;color:#292524;font:15px/1.8 ${faces}">
<div style="max-width:560px;margin:0 auto;padding:32px 24px">
<p style="margin:0 0 24px;color:${ink};font-size:13px;font-weight:bold;letter-spacing:.04em">${escape(product)}</p>
<div style="background:#fff;border:1px solid ${hairline};border-radius:8px;padding:24px">
${[greeting, ...paragraphs].map(paragraph).join('\n')}
${factsTable(facts)}<p style="margin:24px 0 0"><a href="${escape(href)}" style="display:inline-block;background:${ink};color:#fff;text-decoration:none;border-radius:6px;padding:10px 20px">${escape(action)}</a></p>
</div>
<p style="margin:24px 0 0;color:${quiet};font-size:12px">${lines(footer)}</p>
</div>
</body>
</html>
`
}

function factsTable(facts: MailParts['facts']): string {
  if (facts.length === 0) return ''
  const cell = `padding:8px 0;border-top:1px solid ${hairline}`
  const rows = facts.map(
    ({ label, value }) =>
      `<tr><th scope="row" style="${cell};padding-right:16px;color:${quiet};font-size:13px;font-weight:normal;text-align:left;white-space:nowrap">${escape(label)}</th>` +
      `<td style="${cell};text-align:right;font-variant-numeric:tabular-nums">${escape(value)}</td></tr>`,
  )
  return `<table style="width:100%;border-collapse:collapse;margin:8px 0 0;font-size:15px">\n${rows.join('\n')}\n</table>\n`
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
}

const lines = (text: string) => escape(text).replaceAll('\n', '<br>')
