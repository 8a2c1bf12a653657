import { FileRefusal } from './source'

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'shift_jis'
type Open = () => AsyncIterable<Uint8Array>

/** First bytes of what people send for a CSV file. */
const otherFormats = [
  { magic: [0x50, 0x4b, 0x03, 0x04], reason: 'spreadsheet' }, // .xlsx, .zip
  { magic: [0xd0, 0xcf, 0x11, 0xe0], reason: 'spreadsheet' }, // .xls
  { magic: [0x25, 0x50, 0x44, 0x46], reason: 'pdf' },
  { magic: [0x1f, 0x8b], reason: 'binary' }, // gzip in gzip
] as const
const byteOrderMarks: { mark: number[]; encoding: Encoding }[] = [
  { mark: [0xff, 0xfe], encoding: 'utf-16le' },
  { mark: [0xfe, 0xff], encoding: 'utf-16be' },
  { mark: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
]
/** ISO-2022 switches its character set by ESC; its bytes would pass for ASCII. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const escape = /\u001b/
/** No text has these; with tab, line feed, form feed and carriage return left out. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const controls = /[\u0000-\u0008\u000e-\u001f]/

/**
 * The encoding in which all of the file is valid text.
 * @throws FileRefusal for what is no text, or text in another encoding
 */
export async function detectEncoding(open: Open): Promise<Encoding> {
  const head = await firstBytes(open, 4)
  if (head.length === 0) throw new FileRefusal('empty')
  const other = otherFormats.find(({ magic }) => magic.every((byte, index) => head[index] === byte))
  if (other) throw new FileRefusal(other.reason)

  const marked = byteOrderMarks.find(({ mark }) => mark.every((byte, index) => head[index] === byte))
  for (const encoding of marked ? [marked.encoding] : (['utf-8', 'shift_jis'] as const)) {
    const found = await look(open, encoding)
    if (!found) continue
    if (encoding === 'shift_jis' && found.halfwidth * 2 > found.others && (await look(open, 'euc-jp'))) break
    return encoding
  }
  throw new FileRefusal('encoding')
}

/** The file's text. A character cut off at the end (of a file's first part) is left out. */
export async function* decode(bytes: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true })
}

/**
 * Null when the bytes are not valid in the encoding. EUC-JP mostly decodes as Shift_JIS too, to half-width
 * katakana; how many there are tells the two apart.
 */
async function look(open: Open, encoding: Encoding | 'euc-jp'): Promise<{ halfwidth: number; others: number } | null> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  const found = { halfwidth: 0, others: 0 }
  try {
    for await (const chunk of open()) {
      const text = decoder.decode(chunk, { stream: true })
      if (escape.test(text)) throw new FileRefusal('encoding')
      if (controls.test(text)) throw new FileRefusal('binary')
      if (encoding !== 'shift_jis') continue
      found.halfwidth += text.match(/[\uff61-\uff9f]/g)?.length ?? 0
      found.others += text.match(/[\u0080-\uff60\uffa0-\uffff]/g)?.length ?? 0
    }
    return found
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

async function firstBytes(open: Open, count: number): Promise<Uint8Array> {
  let head = new Uint8Array()
  for await (const chunk of open()) {
    head = Uint8Array.of(...head, ...chunk.subarray(0, count))
    if (head.length >= count) break
  }
  return head
}
