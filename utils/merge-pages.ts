export interface Page<T> {
  entries: T[]
  nextCursor: string | null
}

/**
 * Newest entries, read again, over what was already leafed through: nothing that the reader has opened goes
 * away. When so much has come in between that the two no longer meet, the newest page stands alone.
 */
export function mergeNewest<T>(newest: Page<T>, known: Page<T> | null, keyOf: (entry: T) => string): Page<T> {
  const knownKeys = new Set(known?.entries.map(keyOf))
  if (!known || !newest.entries.some((entry) => knownKeys.has(keyOf(entry)))) return newest
  const added = newest.entries.filter((entry) => !knownKeys.has(keyOf(entry)))
  return { entries: [...added, ...known.entries], nextCursor: known.nextCursor }
}

/** The page that follows, after what is there. */
export function appendPage<T>(known: Page<T>, next: Page<T>): Page<T> {
  return { entries: [...known.entries, ...next.entries], nextCursor: next.nextCursor }
}
