import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { recipientsOf } from '../../../server/domains/identity/people'
import { createMailTransport } from '../../../server/domains/mail/mail-transport'
import { queueMail, type NewMail } from '../../../server/domains/mail/queue-mail'
import { resumeMails } from '../../../server/domains/mail/resume-mails'
import { giveUpMail, sendMail, type Sending } from '../../../server/domains/mail/send-mail'
import { newId } from '../../../server/utils/ids'
import { JobRunner } from '../../../server/utils/jobs'
import { logger } from '../../../server/utils/logger'
import { ownDatabase, type TestDatabase } from '../../support/database'
import { contextFor, makeHotel, type TestHotel } from '../../support/hotel'
import { until } from '../../support/until'

const pdf = Buffer.from('%PDF-1.7 \u00e2\u00e3 not really', 'latin1')
const attachments: Sending['attachments'] = {
  invoice: async (_ctx, id) => ({ filename: `請求書-${id}.pdf`, contentType: 'application/pdf', content: pdf }),
}
const idle = { run: () => Promise.resolve(), giveUp: () => Promise.resolve() }

describe('a mail', () => {
  let db: TestDatabase
  let hotel: TestHotel
  const { level } = logger
  const endings: (() => Promise<void>)[] = []
  beforeAll(async () => {
    db = await ownDatabase()
    hotel = await makeHotel(db)
    logger.level = 'silent'
    vi.stubEnv('DATABASE_APP_URL', db.urls.appUrl)
    vi.stubEnv('DATABASE_JOBS_URL', db.urls.jobsUrl)
    vi.stubEnv('APP_URL', 'https://crm.example.jp')
  })
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end()
    await db.owner.query('DELETE FROM mail_messages')
    await db.owner.query('DELETE FROM graphile_worker._private_jobs')
  })
  afterAll(async () => {
    logger.level = level
    vi.unstubAllEnvs()
    await db.close()
  })

  /** A mail server that keeps what it accepts. */
  async function mailServer(options: SMTPServerOptions = {}) {
    const inbox: Email[] = []
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      closeTimeout: 100,
      onData: (stream, _session, accepted) => {
        void keep(stream, inbox).then(() => accepted())
      },
      ...options,
    })
    // Connections that the tests cut.
    server.on('error', () => {})
    const port = await listening(server.server)
    endings.push(() => new Promise((closed) => server.close(() => closed())))
    return { inbox, url: `smtp://127.0.0.1:${port}` }
  }

  async function keep(stream: AsyncIterable<Uint8Array>, inbox: Email[]): Promise<void> {
    const parts: Uint8Array[] = []
    for await (const part of stream) parts.push(part)
    inbox.push(await PostalMime.parse(Buffer.concat(parts)))
  }

  async function listening(server: { listen(port: number, host: string, done: () => void): unknown }): Promise<number> {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    return ((server as ReturnType<typeof createServer>).address() as AddressInfo).port
  }

  /** The queue as a server works it off, with this mail server. */
  async function work(sending: Partial<Sending>): Promise<void> {
    const all = { transport: null, attachments, ...sending }
    const runner = new JobRunner(
      db,
      {
        'mail.send': {
          run: (ctx, { mailId }) => sendMail(ctx, mailId, all),
          giveUp: (ctx, { mailId }) => giveUpMail(ctx, mailId),
        },
        'payments.auto-purchase': idle,
        'payments.sync-cards': idle,
        'reservations.import': idle,
      },
      new AbortController().signal,
    )
    endings.push(() => runner.stop())
    await runner.start()
  }

  const mail = (more: Partial<NewMail> = {}): NewMail => ({
    kind: 'invoiceIssued',
    locale: 'ja',
    to: [{ name: '髙﨑 花子', email: 'hanako@hotel.example' }],
    dedupeKey: 'invoice:1:issued',
    path: '/settings/billing',
    values: { hotel: 'ホテル髙﨑', number: '2026-000001', credits: 500, total: 6050, dueDate: '2026年12月31日' },
    ...more,
  })
  const queue = (more?: Partial<NewMail>) => {
    const ctx = contextFor(db, hotel)
    return ctx.db.transaction((tx) => queueMail(tx, ctx, mail(more)))
  }
  interface Row {
    id: string
    status: string
    attempts: number
    last_error: string | null
    sent_at: Date | null
  }
  const rows = async () => (await db.owner.query<Row>('SELECT * FROM mail_messages ORDER BY created_at, id')).rows
  const row = async (): Promise<Row> => {
    const [only, ...others] = await rows()
    if (!only || others.length > 0) throw new Error('not one mail')
    return only
  }
  /** The waits between the attempts are left out. */
  const ended = (status: string) =>
    until(`the mail to be ${status}`, async () => {
      await db.owner.query('UPDATE graphile_worker._private_jobs SET run_at = now() WHERE locked_at IS NULL')
      const mail = await row()
      return mail.status === status && mail
    })

  it('goes out once, whole, however often it is asked for', async () => {
    const { inbox, url } = await mailServer()
    const attachment = { kind: 'invoice', id: newId() }
    await Promise.all(Array.from({ length: 10 }, () => queue({ attachment })))
    await queue({ attachment, to: [{ name: 'Another', email: 'other@hotel.example' }] })
    await work({ transport: createMailTransport(url) })
    const sent = await ended('SENT')
    await queue({ attachment })
    expect(await rows()).toEqual([sent])
    expect(inbox).toHaveLength(1)
    expect(inbox[0]).toMatchObject({
      subject: '請求書 2026-000001 をお送りします',
      from: { name: 'hotel-member CRM', address: 'noreply@hotel-member.example' },
      to: [{ name: '髙﨑 花子', address: 'hanako@hotel.example' }],
      messageId: `<${sent.id}@hotel-member.example>`,
    })
    expect(inbox[0]?.text).toContain('ホテル髙﨑 ご担当者さま')
    expect(inbox[0]?.html).toContain('href="https://crm.example.jp/settings/billing"')
    const [file] = inbox[0]?.attachments ?? []
    expect(file).toMatchObject({ filename: `請求書-${attachment.id}.pdf`, mimeType: 'application/pdf' })
    expect(Buffer.from(file?.content as ArrayBuffer)).toEqual(pdf)
    expect(sent).toMatchObject({ attempts: 1, last_error: null })
  })

  it('is not there when what it is about is rolled back', async () => {
    const ctx = contextFor(db, hotel)
    const failing = ctx.db.transaction(async (tx) => {
      await queueMail(tx, ctx, mail())
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await rows()).toEqual([])
    expect((await db.owner.query('SELECT FROM graphile_worker._private_jobs')).rowCount).toBe(0)
  })

  it('takes one address for one address', async () => {
    for (const email of ['a@b.example\r\nBcc: c@d.example', 'a@b.example, c@d.example', 'A <a@b.example>', ''])
      await expect(queue({ to: [{ name: 'A', email }] })).rejects.toThrow()
    await queue({ to: [] })
    expect(await rows()).toEqual([])
    const { inbox, url } = await mailServer()
    await queue({ to: [{ name: 'A\r\nBcc: c@d.example', email: 'a@b.example' }] })
    await work({ transport: createMailTransport(url) })
    await ended('SENT')
    expect(inbox[0]).toMatchObject({ to: [{ name: 'A Bcc: c@d.example', address: 'a@b.example' }] })
    expect(inbox[0]?.bcc).toBeUndefined()
  })

  it('comes again after a mail server that was busy, and after one that broke off', async () => {
    let calls = 0
    const sockets: Socket[] = []
    const { inbox, url } = await mailServer({
      onRcptTo: (_address, _session, answer) => {
        calls += 1
        if (calls === 1) answer(Object.assign(new Error('busy'), { responseCode: 451 }))
        else if (calls === 2) sockets.at(-1)?.destroy()
        else answer()
      },
    })
    // Through a line that can be cut.
    const line = createServer((socket) => {
      sockets.push(socket)
      const onwards = connect(Number(new URL(url).port), '127.0.0.1')
      socket.pipe(onwards).pipe(socket)
      for (const end of [socket, onwards]) end.on('error', () => end.destroy())
    })
    const port = await listening(line)
    endings.push(async () => void line.close())
    await queue()
    await work({ transport: createMailTransport(`smtp://127.0.0.1:${port}`) })
    const sent = await ended('SENT')
    expect(sent).toMatchObject({ attempts: 3, last_error: null })
    expect(inbox).toHaveLength(1)
  })

  it('gives up a mail server that hangs, and keeps why', async () => {
    const sockets: Socket[] = []
    const silent = createServer((socket) => void sockets.push(socket))
    const port = await listening(silent)
    endings.push(async () => {
      for (const socket of sockets) socket.destroy()
      silent.close()
    })
    await queue()
    const ctx = contextFor(db, hotel)
    const { id } = await row()
    const transport = createMailTransport(`smtp://127.0.0.1:${port}`, 200)
    await expect(sendMail(ctx, id, { transport, attachments })).rejects.toThrow(/greeting|timeout/i)
    expect(await row()).toMatchObject({
      status: 'PENDING',
      attempts: 1,
      last_error: expect.stringMatching(/greeting|timeout/i),
    })
  })

  it('is FAILED at once when the mail server will never take it, and after the last attempt', async () => {
    const { inbox, url } = await mailServer({
      onRcptTo: (_address, _session, answer) =>
        answer(Object.assign(new Error('no such person'), { responseCode: 550 })),
    })
    await queue()
    await work({ transport: createMailTransport(url) })
    expect(await ended('FAILED')).toMatchObject({
      attempts: 1,
      sent_at: null,
      last_error: expect.stringContaining('no such person') as string,
    })

    await db.owner.query('DELETE FROM mail_messages')
    await queue()
    const ctx = contextFor(db, hotel)
    await giveUpMail(ctx, (await row()).id)
    expect((await row()).status).toBe('FAILED')
    expect(inbox).toEqual([])
  })

  it('waits as PENDING where no mail server is set', async () => {
    await queue()
    await work({ transport: null })
    await until(
      'the job to end',
      async () => !(await db.owner.query('SELECT FROM graphile_worker._private_jobs')).rowCount,
    )
    expect(await row()).toMatchObject({ status: 'PENDING', attempts: 0, last_error: null })
  })

  it('goes out when a mail server is set later, once, unless it is too old', async () => {
    const { inbox, url } = await mailServer()
    await queue()
    await queue({ dedupeKey: 'invoice:2:issued' })
    await db.owner.query(
      `UPDATE mail_messages SET created_at = now() - interval '8 days' WHERE dedupe_key = 'invoice:2:issued'`,
    )
    expect(await resumeMails(db, new Date(), 'tests'), 'whose jobs are still there').toBe(0)
    await db.owner.query('DELETE FROM graphile_worker._private_jobs')
    const resumed = await Promise.all([resumeMails(db, new Date(), 'one'), resumeMails(db, new Date(), 'two')])
    expect(Math.max(...resumed)).toBe(1)
    await work({ transport: createMailTransport(url) })
    await until(
      'no job to be left',
      async () => !(await db.owner.query('SELECT FROM graphile_worker._private_jobs')).rowCount,
    )
    expect((await rows()).map(({ status }) => status)).toEqual(['PENDING', 'SENT'])
    expect(inbox).toHaveLength(1)
  })

  it('fails, to be tried again, when nobody makes its attachment', async () => {
    const { inbox, url } = await mailServer()
    await queue({ attachment: { kind: 'unknown', id: newId() } })
    const { id } = await row()
    const sending = { transport: createMailTransport(url), attachments }
    await expect(sendMail(contextFor(db, hotel), id, sending)).rejects.toThrow('unknown')
    expect(inbox).toEqual([])
    expect((await row()).status).toBe('PENDING')
  })

  it('comes once more under the same Message-ID when its server is killed before it could note it', async () => {
    const { inbox, url } = await mailServer({
      onData: (stream, _session, accepted) => {
        void keep(stream, inbox).then(async () => {
          // The mail is in the inbox; of that its sender never hears.
          if (inbox.length === 1) {
            victim.kill('SIGKILL')
            await once(victim, 'exit')
          }
          accepted()
        })
      },
    })
    await queue()
    const victim = spawn(
      process.execPath,
      [fileURLToPath(new URL('../../support/jobs-process.mjs', import.meta.url))],
      {
        env: { ...process.env, DATABASE_APP_URL: db.urls.appUrl, DATABASE_JOBS_URL: db.urls.jobsUrl, SMTP_URL: url },
        stdio: 'ignore',
      },
    )
    await once(victim, 'exit')
    expect((await row()).status).toBe('PENDING')
    await work({ transport: createMailTransport(url) })
    const sent = await ended('SENT')
    expect(sent.attempts).toBe(2)
    expect(inbox.map(({ messageId }) => messageId)).toEqual(Array(2).fill(`<${sent.id}@hotel-member.example>`))
    expect(inbox[1]?.date).toBe(inbox[0]?.date)
  })

  it('is for the persons of the hotel with a role and up', async () => {
    const { MANAGER, ADMIN, OWNER } = hotel.people
    const addressed = await contextFor(db, hotel).db.read((tx) => recipientsOf(tx, hotel.tenant.id, 'MANAGER'))
    const expected = [MANAGER, ADMIN, OWNER].map(({ name, email }) => ({ name, email }))
    const byMail = (a: { email: string }, b: { email: string }) => a.email.localeCompare(b.email)
    expect([...addressed].sort(byMail)).toEqual(expected.sort(byMail))
  })

  it('is seen by its own hotel alone, and what it says is never changed', async () => {
    await queue()
    const other = contextFor(db, await makeHotel(db))
    expect(await other.db.read((tx) => tx.mailMessage.findMany())).toEqual([])
    const own = contextFor(db, hotel)
    await expect(
      own.db.transaction((tx) => tx.mailMessage.updateMany({ where: { tenantId: own.tenantId }, data: { text: 'x' } })),
    ).rejects.toMatchObject({ message: expect.stringContaining('permission denied') as string })
  })
})
