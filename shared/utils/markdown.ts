/**
 * The little Markdown that an AI answer may use (paragraphs, lists, bold), as data to be rendered by components.
 * Everything else, HTML and links among it, stays the text it is: nothing of a model's output becomes markup.
 */
export interface Span {
  text: string
  isBold: boolean
}
export type Block = { kind: 'paragraph'; lines: Span[][] } | { kind: 'list'; isOrdered: boolean; items: Span[][] }

const bullet = /^\s*(?:[-*・]|(\d+)[.)])\s+(.*)$/

export function parseMarkdown(text: string): Block[] {
  const blocks: Block[] = []
  let isNew = true
  for (const line of text.replaceAll('\r', '').split('\n')) {
    if (line.trim() === '') {
      isNew = true
      continue
    }
    addLine(blocks, line, isNew)
    isNew = false
  }
  return blocks
}

function addLine(blocks: Block[], line: string, isNew: boolean): void {
  const item = line.match(bullet)
  const last = isNew ? undefined : blocks.at(-1)
  if (item) {
    const spans = parseSpans(item[2] ?? '')
    const isOrdered = item[1] !== undefined
    const list = blocks.at(-1)
    // A blank line between two items does not end the list.
    if (list?.kind === 'list' && list.isOrdered === isOrdered) list.items.push(spans)
    else blocks.push({ kind: 'list', isOrdered, items: [spans] })
    return
  }
  const spans = parseSpans(line.replace(/^#{1,6}\s+(.*)$/, '**$1**'))
  if (last?.kind === 'paragraph') last.lines.push(spans)
  else blocks.push({ kind: 'paragraph', lines: [spans] })
}

function parseSpans(line: string): Span[] {
  return line
    .split(/(\*\*[^*]+\*\*)/)
    .filter((part) => part !== '')
    .map((part) =>
      /^\*\*[^*]+\*\*$/.test(part) ? { text: part.slice(2, -2), isBold: true } : { text: part, isBold: false },
    )
}
