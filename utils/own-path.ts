/** A path of this site that one may be sent to, else null: an address in a link must not lead elsewhere. */
export function ownPath(target: unknown): string | null {
  if (typeof target !== 'string' || !target.startsWith('/')) return null
  const base = 'http://own.invalid'
  return URL.canParse(target, base) && new URL(target, base).origin === base ? target : null
}
