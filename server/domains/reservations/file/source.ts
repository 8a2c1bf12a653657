import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { createGunzip, gzip } from 'node:zlib'

/** What a file may hold. As sent, it is 32 MiB at most. */
export const limits = {
  sentBytes: 32 * 2 ** 20,
  unpackedBytes: 256 * 2 ** 20,
  rows: 500_000,
  lineBytes: 2 ** 20,
  /** So much of a file tells its encoding while somebody waits; the import itself looks at all of it. */
  encodingBytes: 2 ** 20,
  /** So much of a file is previewed. */
  previewBytes: 8 * 2 ** 20,
  previewRows: 60_000,
} as const

/** Why a whole file is refused: a key of the texts `reservations.files`. */
export type FileReason =
  | 'empty'
  | 'onlyHeadings'
  | 'spreadsheet'
  | 'pdf'
  | 'binary'
  | 'encoding'
  | 'gzip'
  | 'unpacksTooLarge'
  | 'tooManyRows'
  | 'lineTooLong'
  | 'unclosedQuote'
  | 'missingColumns'
  | 'unknownColumn'
  | 'severalHotels'

/** The file as a whole cannot be taken; nothing of it is. */
export class FileRefusal extends Error {
  constructor(
    readonly reason: FileReason,
    readonly details: Record<string, string | number | string[]> = {},
  ) {
    super(reason)
    this.name = 'FileRefusal'
  }
}

const pieceBytes = 2 ** 17
const compress = promisify(gzip)
const isGzip = (content: Buffer) => content[0] === 0x1f && content[1] === 0x8b

/** The file as it is kept: gzip, whichever way it came. */
export async function pack(content: Buffer): Promise<Buffer> {
  return isGzip(content) ? content : compress(content)
}

/** A file's bytes as it was sent, whichever way it came. */
export async function* bytesOf(content: Buffer): AsyncGenerator<Buffer> {
  if (isGzip(content)) yield* unpack(content)
  else for (let at = 0; at < content.length; at += pieceBytes) yield content.subarray(at, at + pieceBytes)
}

/** The first so many bytes: a request is not kept waiting for all that a file may unpack to. */
export async function* beginning(parts: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes
  for await (const part of parts) {
    yield part.subarray(0, left)
    left -= part.length
    if (left <= 0) return
  }
}

/** The file's bytes, unpacked piece by piece, so that one that unpacks to far more never fills the memory. */
export async function* unpack(packed: Buffer): AsyncGenerator<Buffer> {
  let unpacked = 0
  try {
    for await (const chunk of Readable.from([packed]).pipe(
      createGunzip({ chunkSize: pieceBytes }),
    ) as AsyncIterable<Buffer>) {
      unpacked += chunk.length
      if (unpacked > limits.unpackedBytes) throw new FileRefusal('unpacksTooLarge', { maxBytes: limits.unpackedBytes })
      yield chunk
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) throw new FileRefusal('gzip')
    throw error
  }
}
