import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { Busboy } from '@fastify/busboy'
import type { H3Event } from 'h3'
import { AppError } from './errors'
import { invalidInput, requireReadable } from './invalid-input'

export interface Upload {
  fileName: string
  content: Buffer
  /** The text fields beside the file. */
  fields: Record<string, string>
}

const maxFields = 20
const maxFieldBytes = 64 * 1024
/** What a client still sends after it was refused is read and thrown away up to here: one that is cut off in the middle never sees the answer. */
const drainedBytes = 256 * 2 ** 20
const drainedMs = 20_000

/**
 * Reads the upload of one file, in the field `file`, as it comes; no more than `maxBytes` of it is ever held.
 * @throws FILE_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, INVALID_INPUT
 */
export async function readUpload(event: H3Event, { maxBytes }: { maxBytes: number }): Promise<Upload> {
  const request = event.node.req
  try {
    return await receive(request, maxBytes)
  } catch (error) {
    await drain(request)
    throw error
  }
}

async function receive(request: IncomingMessage, maxBytes: number): Promise<Upload> {
  const type = request.headers['content-type'] ?? ''
  if (!/^multipart\/form-data\s*;.*boundary=/i.test(type))
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', { accepted: 'multipart/form-data' })
  const parser = new Busboy({
    headers: { ...request.headers, 'content-type': type },
    limits: { files: 1, fields: maxFields, fieldSize: maxFieldBytes, fileSize: maxBytes + 1 },
  })
  const fields: Record<string, string> = {}
  let file: Promise<Omit<Upload, 'fields'>> | undefined
  const parsed = new Promise<void>((resolve, reject) => {
    parser.on('field', (name: string, value: string) => (fields[name] = value))
    parser.on('file', (name: string, stream: Readable, fileName: string | undefined) => {
      if (name !== 'file') return stream.resume()
      file = collect(stream, fileName ?? '', maxBytes)
      file.catch(reject)
    })
    parser.on('finish', () => resolve())
    parser.on('error', () => reject(incomplete()))
    request.on('aborted', () => reject(incomplete()))
  })
  request.pipe(parser)
  try {
    await parsed
  } finally {
    request.unpipe(parser)
  }
  if (!file) throw invalidInput([{ path: 'file', problem: 'required' }])
  const upload = { ...(await file), fields }
  requireReadable({ file: upload.fileName, ...fields })
  return upload
}

async function collect(stream: Readable, fileName: string, maxBytes: number): Promise<Omit<Upload, 'fields'>> {
  const parts: Buffer[] = []
  let received = 0
  for await (const part of stream as AsyncIterable<Buffer>) {
    received += part.length
    if (received > maxBytes) throw new AppError('FILE_TOO_LARGE', { maxBytes })
    parts.push(part)
  }
  return { fileName, content: Buffer.concat(parts) }
}

const incomplete = () => invalidInput([{ path: 'file', problem: 'incomplete' }])

async function drain(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return
  await new Promise<void>((resolve) => {
    let thrown = 0
    const timer = setTimeout(resolve, drainedMs)
    const end = () => {
      clearTimeout(timer)
      resolve()
    }
    request.on('data', (part: Buffer) => {
      thrown += part.length
      if (thrown > drainedBytes) end()
    })
    request.once('end', end)
    request.once('close', end)
    request.resume()
  })
}

/** A text field that holds JSON, read; left out when it is not there. @throws INVALID_JSON */
export function withJson(fields: Record<string, string>, name: string): Record<string, unknown> {
  const { [name]: json, ...rest } = fields
  if (json === undefined) return rest
  try {
    return { ...rest, [name]: JSON.parse(json) as unknown }
  } catch {
    throw new AppError('INVALID_JSON')
  }
}
