/** A prompt is a file with a version; an execution keeps which one it ran with. */
export interface PromptMessage {
  role: 'system' | 'user'
  content: string
}

/**
 * Text of guests and documents between tags: data that the instructions speak about, never instructions. The
 * text itself can open or close no tag.
 */
export function asData(tag: string, content: string): string {
  return `<${tag}>\n${content.replaceAll('<', '‹').replaceAll('>', '›')}\n</${tag}>`
}
