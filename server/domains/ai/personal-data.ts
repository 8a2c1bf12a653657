/** Keeps what a provider need not know out of what it is sent, and puts it back into the answer. */

const patterns: [string, RegExp][] = [
  ['MAIL', /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g],
  ['POSTCODE', /〒\s?\d{3}-?\d{4}[^\s、。]*/g],
  ['PHONE', /(?<!\d)(?:\+\d{1,3}[-\s]?)?\(?0?\d{1,4}\)?[-\s]\d{1,4}[-\s]\d{3,4}(?!\d)|(?<!\d)0\d{9,10}(?!\d)/g],
]

export interface Masked {
  text: string
  /** Placeholder → what it stands for. */
  hidden: ReadonlyMap<string, string>
}

/** Replaces mail addresses, telephone numbers and postal addresses by placeholders such as [[MAIL-1]]. */
export function maskPersonalData(text: string): Masked {
  const hidden = new Map<string, string>()
  let masked = text
  for (const [kind, pattern] of patterns) {
    masked = masked.replace(pattern, (found) => {
      const placeholder = `[[${kind}-${hidden.size + 1}]]`
      hidden.set(placeholder, found)
      return placeholder
    })
  }
  return { text: masked, hidden }
}

/** Puts the hidden texts back into a stream, whose pieces may break a placeholder in two. */
export class Unmasker {
  private pending = ''

  constructor(private readonly hidden: ReadonlyMap<string, string>) {}

  /** @returns what can be shown now */
  add(piece: string): string {
    let ready = this.pending + piece
    for (const [placeholder, text] of this.hidden) ready = ready.replaceAll(placeholder, text)
    const open = this.hidden.size === 0 ? -1 : ready.search(/\[(?:\[[^\]]{0,16}\]?)?$/)
    this.pending = open < 0 ? '' : ready.slice(open)
    return open < 0 ? ready : ready.slice(0, open)
  }

  /** What was held back in case it became a placeholder. */
  rest(): string {
    const rest = this.pending
    this.pending = ''
    return rest
  }
}
