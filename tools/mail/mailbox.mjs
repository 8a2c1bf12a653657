import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import PostalMime from 'postal-mime'

/**
 * @typedef {{ name: string, address: string }} Person
 * @typedef {{ name: string, type: string, bytes: number, content: Buffer }} MailFile
 * @typedef {object} Mail
 * @property {string} id
 * @property {string} messageId
 * @property {string} receivedAt ISO 8601
 * @property {Person} from
 * @property {Person[]} to
 * @property {string} subject
 * @property {string} text
 * @property {string} html
 * @property {MailFile[]} attachments
 */

/** Mails as files of the kind that every mail program opens (.eml), and what is in them. */
export class Mailbox {
  /** Newest first. @type {Mail[]} */
  mails = []
  #count = 0

  /** @param {string} folder */
  constructor(folder) {
    this.folder = folder
    mkdirSync(folder, { recursive: true })
  }

  /** Reads what an earlier run has kept. */
  async open() {
    for (const file of readdirSync(this.folder).sort()) {
      const id = /^(.+)\.eml$/.exec(file)?.[1]
      if (id) this.mails.unshift(await read(id, readFileSync(join(this.folder, file))))
    }
  }

  /** @param {Buffer} content @param {Date} now */
  async add(content, now) {
    this.#count += 1
    const id = `${now.toISOString().replaceAll(/[-:.]/g, '')}-${process.pid}-${this.#count}`
    const mail = await read(id, content)
    writeFileSync(join(this.folder, `${id}.eml`), content)
    this.mails.unshift(mail)
  }

  /** @param {string} id */
  find(id) {
    return this.mails.find((mail) => mail.id === id)
  }
}

/** @param {string} id @param {Buffer} content @returns {Promise<Mail>} */
async function read(id, content) {
  const mail = await PostalMime.parse(content)
  return {
    id,
    messageId: mail.messageId ?? '',
    receivedAt: receivedAt(id),
    from: person(mail.from),
    to: (mail.to ?? []).map(person),
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html ?? '',
    attachments: mail.attachments.map(({ filename, mimeType, content: bytes }, index) => ({
      name: filename ?? `attachment-${index + 1}`,
      type: mimeType,
      bytes: Buffer.from(bytes).length,
      content: Buffer.from(bytes),
    })),
  }
}

/** The id begins with the instant, so that the files sort by it. */
const receivedAt = (id) => id.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\d)(\d{3})Z.*$/, '$1-$2-$3:$4:$5.$6Z')

/** @returns {Person} */
const person = (one) => ({ name: one?.name ?? '', address: one?.address ?? '' })
