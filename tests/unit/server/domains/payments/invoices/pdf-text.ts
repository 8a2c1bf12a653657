import { inflateSync } from 'node:zlib'

/** The texts of each page, as a reader of the PDF can select them: through the fonts' own maps to Unicode. */
export function textsOfPages(pdf: Buffer): string[][] {
  const objects = new Map<string, { head: string; stream: string }>()
  for (const [, number, body] of pdf.toString('latin1').matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const [, head = '', raw] = /^([\s\S]*?)(?:stream\n([\s\S]*)\nendstream)?$/.exec(body ?? '') ?? []
    const stream = raw && /FlateDecode/.test(head) ? inflateSync(Buffer.from(raw, 'latin1')).toString('latin1') : ''
    objects.set(String(number), { head, stream })
  }
  const object = (number: string | undefined) => objects.get(number ?? '') ?? { head: '', stream: '' }

  const fonts = new Map<string, Map<string, string>>()
  for (const { head } of objects.values())
    for (const [, name, number] of head.matchAll(/\/(F\d+) (\d+) 0 R/g))
      fonts.set(String(name), characters(object(/ToUnicode (\d+)/.exec(object(number).head)?.[1]).stream))

  const pages = [...objects.values()].filter(({ head }) => /\/Type \/Page\b/.test(head))
  return pages.map(({ head }) => {
    const content = object(/Contents (\d+)/.exec(head)?.[1]).stream
    let font: Map<string, string> | undefined
    return [...content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)].flatMap(([, name, shown]) => {
      if (name) font = fonts.get(name)
      if (shown === undefined) return []
      const codes = [...shown.matchAll(/<([0-9a-f]*)>/g)].flatMap(([, hex]) => hex?.match(/.{4}/g) ?? [])
      return [codes.map((code) => font?.get(code) ?? '\ufffd').join('')]
    })
  })
}

/** pdfkit writes them as ranges: <0000> <0002> [<0041> <0042> <0043>]. */
function characters(map: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const [, from, list] of map.matchAll(/<(\w{4})> <\w{4}> \[([^\]]*)\]/g))
    for (const [index, [, hex]] of [...(list ?? '').matchAll(/<([^>]*)>/g)].entries()) {
      const units = (hex ?? '').replaceAll(' ', '').match(/.{4}/g) ?? []
      const code = (parseInt(String(from), 16) + index).toString(16).padStart(4, '0')
      found.set(code, String.fromCharCode(...units.map((unit) => parseInt(unit, 16))))
    }
  return found
}
