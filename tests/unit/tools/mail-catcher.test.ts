import { readdirSync, readFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startMailCatcher } from '../../../tools/mail/catcher.mjs'

const pdf = Buffer.from('%PDF-1.7 \u00e2\u00e3', 'latin1')
const subject = '請求書 <1> & "髙﨑"'

describe('the mail catcher', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mail-catcher-'))
  let catcher: Awaited<ReturnType<typeof startMailCatcher>>
  let messages: { id: string; subject: string; attachments: { name: string; url: string }[] }[]
  const get = (path: string) => fetch(new URL(path, catcher.url))
  const list = async () => ((await (await get('/api/messages')).json()) as { messages: typeof messages }).messages
  beforeAll(async () => {
    catcher = await startMailCatcher({ folder })
    expect(await (await get('/')).text()).toContain('まだメールはありません')
    const transport = createTransport(catcher.smtpUrl)
    const mail = { from: 'noreply@hotel.example', to: '髙﨑 花子 <hanako@hotel.example>', text: 'こんにちは' }
    await transport.sendMail({ ...mail, subject: 'first' })
    const html = '<html><body><script>alert(1)</script><p>こんにちは</p></body></html>'
    await transport.sendMail({ ...mail, subject, html, attachments: [{ filename: '請求書(1).pdf', content: pdf }] })
    messages = await list()
  })
  afterAll(async () => {
    await catcher.stop()
    rmSync(folder, { recursive: true })
  })

  it('keeps what it is sent, newest first, as files too', async () => {
    expect(messages.map((message) => message.subject)).toEqual([subject, 'first'])
    expect(messages[0]).toMatchObject({
      to: [{ name: '髙﨑 花子', address: 'hanako@hotel.example' }],
      text: expect.stringContaining('こんにちは') as string,
      attachments: [{ name: '請求書(1).pdf', type: 'application/pdf', bytes: pdf.length }],
    })
    expect(readdirSync(folder)).toHaveLength(2)
    expect(readFileSync(join(folder, `${messages[1]?.id}.eml`), 'utf8')).toContain('Subject: first')
  })

  it('shows a mail, its text and its attachment', async () => {
    const page = await (await get(`/messages/${messages[0]?.id}`)).text()
    expect(page).toContain('<h2>請求書 &lt;1&gt; &amp; &quot;髙﨑&quot;</h2>')
    expect(await (await get(`/messages/${messages[0]?.id}/text`)).text()).toContain('<pre')
    const file = await get(String(messages[0]?.attachments[0]?.url))
    expect(file.headers.get('content-disposition')).toBe(
      `attachment; filename*=UTF-8''${encodeURIComponent('請求書')}%281%29.pdf`,
    )
    expect(Buffer.from(await file.arrayBuffer())).toEqual(pdf)
  })

  it('shows a mail’s HTML so that it can neither run nor load anything', async () => {
    const page = await (await get(`/messages/${messages[0]?.id}`)).text()
    expect(/<iframe[^>]*sandbox="([^"]*)"/.exec(page)?.[1]).not.toContain('allow-scripts')
    const policy = (await get(`/messages/${messages[0]?.id}/html`)).headers.get('content-security-policy')
    expect(policy).toMatch(/sandbox(?!.*allow-scripts).*default-src 'none'/)
  })

  it('answers what is not there as such, and changes nothing', async () => {
    for (const path of ['/messages/unknown', '/messages/..%2f..', `/messages/${messages[0]?.id}/attachments/7`, '/x'])
      expect((await get(path)).status, path).toBe(404)
    expect((await fetch(catcher.url, { method: 'DELETE' })).status).toBe(405)
    expect(await list()).toEqual(messages)
  })

  it('has the mails again after a restart', async () => {
    await catcher.stop()
    catcher = await startMailCatcher({ folder })
    expect(await list()).toEqual(messages)
  })
})
