import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { words } from './words.mjs'

const asset = (name) => readFileSync(new URL(name, import.meta.url))
const assets = {
  '/mail.css': { type: 'text/css; charset=utf-8', body: asset('mail.css') },
  '/refresh.js': { type: 'text/javascript; charset=utf-8', body: asset('refresh.js') },
}

/** Our own page: everything from here, nothing inline. */
const ownPolicy =
  "default-src 'none'; style-src 'self'; img-src data:; script-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
/** A mail is a stranger's page: it runs nothing and loads nothing, and its links open elsewhere. */
const mailPolicy =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
const shownMails = 200

/**
 * @param {import('./mailbox.mjs').Mailbox} mailbox
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
export function respond(mailbox, request, response) {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const send = (status, type, body, headers = {}) => {
    response.writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'content-security-policy': ownPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      ...headers,
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
  const html = (body, { status = 200, ...headers } = {}) => send(status, 'text/html; charset=utf-8', body, headers)

  if (request.method !== 'GET' && request.method !== 'HEAD')
    return send(405, 'text/plain', 'GET only', { allow: 'GET, HEAD' })
  if (url.pathname in assets) {
    const { type, body } = assets[url.pathname]
    return send(200, type, body)
  }
  if (url.pathname === '/api/messages')
    return send(200, 'application/json', JSON.stringify({ messages: mailbox.mails.map(described) }))

  const view = { mailbox, lang: url.searchParams.get('lang') === 'en' ? 'en' : 'ja', path: url.pathname }
  if (url.pathname === '/') return html(page(view))
  const [, id, part, number] =
    /^\/messages\/([\w-]+)(?:\/(html|text|source|attachments)(?:\/(\d+))?)?$/.exec(url.pathname) ?? []
  const mail = id && mailbox.find(id)
  if (!mail) return html(page({ ...view, missing: true }), { status: 404 })
  if (part === undefined || part === 'text') return html(page({ ...view, mail, asText: part === 'text' }))
  if (part === 'html')
    return html(`<!doctype html><base target="_blank">${mail.html}`, { 'content-security-policy': mailPolicy })
  if (part === 'source')
    return send(200, 'message/rfc822', readFileSync(join(mailbox.folder, `${mail.id}.eml`)), download(`${mail.id}.eml`))
  const file = mail.attachments[Number(number)]
  if (!file) return html(page({ ...view, missing: true }), { status: 404 })
  return send(200, file.type, file.content, download(file.name))
}

/** A download never becomes a page of ours. RFC 6266, with the name in UTF-8 (RFC 8187). */
const download = (name) => ({
  'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name).replaceAll(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)}`,
  'content-security-policy': 'sandbox',
})

/** @param {import('./mailbox.mjs').Mail} mail */
const described = ({ attachments, ...mail }) => ({
  ...mail,
  attachments: attachments.map(({ name, type, bytes }, index) => ({
    name,
    type,
    bytes,
    url: `/messages/${mail.id}/attachments/${index}`,
  })),
})

function page({ mailbox, lang, path, mail, asText = false, missing = false }) {
  const say = words[lang]
  const at = (to) => (lang === 'en' ? `${to}?lang=en` : to)
  const title = mail ? mail.subject || say.noSubject : say.title
  return `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${mail ? `${escape(title)} – ` : ''}${say.title}</title>
<link rel="stylesheet" href="/mail.css">
<link rel="icon" href="data:,">
<script src="/refresh.js" type="module"></script>
</head>
<body class="${mail || missing ? 'reading' : 'choosing'}">
<header class="top">
<h1><a href="${at('/')}">${say.title}</a></h1>
<p>${say.lead}</p>
<a class="language" href="${lang === 'en' ? path : `${path}?lang=en`}" lang="${lang === 'en' ? 'ja' : 'en'}">${say.other}</a>
</header>
<div class="panes">
<nav aria-label="${say.list}" id="mails">
${list({ mailbox, lang, say, at, mail })}
</nav>
<main>
${reading({ lang, say, at, mail, asText, missing, mailbox })}
</main>
</div>
</body>
</html>
`
}

function list({ mailbox, lang, say, at, mail }) {
  const { mails } = mailbox
  if (mails.length === 0) return `<div class="empty"><p><strong>${say.empty}</strong></p><p>${say.emptyLead}</p></div>`
  const row = (one) => `<li><a href="${at(`/messages/${one.id}`)}"${one === mail ? ' aria-current="page"' : ''}>
<span class="subject">${escape(one.subject || say.noSubject)}</span>
<span class="to">${escape(one.to.map((person) => person.address).join(', '))}</span>
<span class="aside">${time(one.receivedAt, lang)}${one.attachments.length > 0 ? ` · ${say.hasAttachment}` : ''}</span>
</a></li>`
  return `<p class="count" role="status">${say.count(mails.length)}</p>\n<ul>\n${mails.slice(0, shownMails).map(row).join('\n')}\n</ul>`
}

function reading({ lang, say, at, mail, asText, missing, mailbox }) {
  const back = `<p class="back"><a href="${at('/')}">← ${say.back}</a></p>`
  if (missing) return `${back}<p class="hint" role="alert">${say.missing}</p>`
  if (!mail) return mailbox.mails.length > 0 ? `<p class="hint">${say.choose}</p>` : ''
  const plain = asText || !mail.html
  const here = `/messages/${mail.id}`
  const tab = (label, href, isCurrent) => `<a href="${at(href)}"${isCurrent ? ' aria-current="true"' : ''}>${label}</a>`
  const file = ({ name, bytes }, index) =>
    `<li><a href="${here}/attachments/${index}" download>${escape(name)}</a> <span class="aside">${say.bytes(Math.max(1, Math.round(bytes / 1024)))}</span></li>`
  return `${back}
<article>
<h2>${escape(mail.subject || say.noSubject)}</h2>
<dl>
<div><dt>${say.from}</dt><dd>${person(mail.from)}</dd></div>
<div><dt>${say.to}</dt><dd>${mail.to.map(person).join('<br>')}</dd></div>
<div><dt>${say.at}</dt><dd>${time(mail.receivedAt, lang)}</dd></div>
</dl>
${mail.attachments.length > 0 ? `<section class="files" aria-label="${say.attachments}"><h3>${say.attachments}</h3><ul>${mail.attachments.map(file).join('')}</ul></section>` : ''}
<div class="views">${mail.html ? tab(say.asHtml, here, !plain) + tab(say.asText, `${here}/text`, plain) : ''}<a class="source" href="${here}/source" download>${say.download}</a></div>
${
  plain
    ? `<pre tabindex="0" aria-label="${say.asText}">${escape(mail.text)}</pre>`
    : `<iframe src="${here}/html" title="${escape(mail.subject || say.noSubject)}" sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer"></iframe>`
}
</article>`
}

const person = ({ name, address }) => (name ? `${escape(name)} &lt;${escape(address)}&gt;` : escape(address))

const formats = { ja: dateFormat('ja-JP'), en: dateFormat('en-GB') }
const time = (instant, lang) => `<time datetime="${instant}">${formats[lang].format(new Date(instant))}</time>`

/** The hotels of the demonstration are in Japan. */
function dateFormat(locale) {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Asia/Tokyo' })
}

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escape = (text) => text.replaceAll(/[&<>"']/g, (character) => entities[character])
